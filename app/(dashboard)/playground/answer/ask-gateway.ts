import "server-only";
import type { AnswerRequest } from "@/app/(dashboard)/playground/answer/answer-request";
import { readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { ticketHeader } from "@/lib/keys/ticket";
import { forwardTokenOf } from "@/scripts/forward-token.mjs";

/** The API's headers that say something about the answer. */
const toldHeaders = [
  "content-type",
  "x-request-id",
  "x-request-cost",
  "x-balance-remaining",
  "x-limit-source",
  "x-affordable-max-tokens",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "retry-after",
];

export interface GatewayQuestion {
  ticket: string;
  body: AnswerRequest["body"];
  /** The headers of the browser's request: the key's addresses are held against where it came from. */
  visitor: Pick<Headers, "get">;
  /** Ends the question when the browser does. */
  signal: AbortSignal;
}

/** Hands a request to the gateway as our own process, and its answer back as it comes. Throws UNAVAILABLE. */
export async function askGateway(question: GatewayQuestion): Promise<Response> {
  const { ticket, body, visitor, signal } = question;
  const env = readEnv();
  const forwarded = visitor.get("x-forwarded-for");
  const answer = await fetch(`http://${env.GATEWAY_HOST}:${env.GATEWAY_PORT}/v1/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "gatehouse-playground",
      "x-gatehouse-forward": forwardTokenOf(env.AUTH_SECRET),
      [ticketHeader]: ticket,
      ...(forwarded ? { "x-forwarded-for": forwarded } : {}),
    },
    body: JSON.stringify(body),
    cache: "no-store",
    redirect: "error",
    signal,
  }).catch(() => {
    // Nobody reads the answer to a question that was taken back.
    if (signal.aborted) return new Response(null, { status: 499 });
    throw new AppError("UNAVAILABLE", "The API doesn't answer. Try again shortly.");
  });

  const headers = new Headers({
    "content-type": answer.headers.get("content-type") ?? "application/json",
    // Nothing on the way may keep pieces back to press them together.
    "cache-control": "private, no-store, no-transform",
    "x-accel-buffering": "no",
  });
  for (const name of toldHeaders) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(`api-${name}`, value);
  }
  return new Response(answer.body, { status: answer.status, headers });
}
