import { Client } from "undici";
import { redactKeys } from "@/lib/log";
import { AddressForbidden, checkHost, publicLookup } from "@/lib/outbound-address";
import { secondMs } from "@/lib/time";
import type { FailureReason } from "@/lib/webhooks/outcomes";
import { readRetryAfter } from "@/lib/webhooks/schedule";
import type { WebhookSettings } from "@/lib/webhooks/settings";
import { signatureHeader } from "@/lib/webhooks/signature";
import { answerBytesMax, answerShownMax } from "@/lib/webhooks/terms";
import { userAgent } from "@/lib/webhooks/user-agent";

/** From the look-up of the name to the last byte that is read. */
export const attemptTimeoutMs = 15 * secondMs;

export interface OutgoingMessage {
  /** The message's id: the same for every attempt. */
  id: string;
  url: string;
  body: string;
  /** The current one first. */
  secrets: readonly string[];
}

/** What came of one attempt. */
export interface Outcome {
  at: Date;
  durationMs: number;
  /** Null where no answer came. */
  status: number | null;
  /** Null where it succeeded. */
  error: FailureReason | null;
  /** What the receiver asked to wait, in milliseconds. */
  retryAfterMs: number | null;
  /** The beginning of the answer, fit to be shown. */
  answer: string;
  answerBytes: number;
}

type Answer = Pick<Outcome, "status" | "error" | "retryAfterMs" | "answer" | "answerBytes">;

/**
 * Sends a message once. Never throws: whatever the receiver does is an outcome. The name is looked up now, and
 * the connection made to the very addresses that were checked; redirects aren't followed.
 */
export async function sendMessage(
  settings: Pick<WebhookSettings, "allowPrivate" | "resolve">,
  message: OutgoingMessage,
  { timeoutMs = attemptTimeoutMs, now = new Date() }: { timeoutMs?: number; now?: Date } = {},
): Promise<Outcome> {
  const startedMs = performance.now();
  const answer = await exchange(settings, message, now, timeoutMs);
  return { at: now, durationMs: Math.round(performance.now() - startedMs), ...answer };
}

async function exchange(
  { allowPrivate, resolve }: Pick<WebhookSettings, "allowPrivate" | "resolve">,
  { id, url, body, secrets }: OutgoingMessage,
  now: Date,
  timeoutMs: number,
): Promise<Answer> {
  const target = new URL(url);
  const timestamp = Math.floor(now.getTime() / secondMs);
  const aborter = new AbortController();
  // Not AbortSignal.timeout(), whose timer doesn't keep a process that has nothing else to do.
  const timer = setTimeout(() => aborter.abort(), timeoutMs);
  let client: Client | undefined;
  try {
    if (!allowPrivate) checkHost(target);
    // A connection of its own: nothing is shared with whoever else has a receiver there.
    client = new Client(target.origin, {
      connect: { timeout: timeoutMs, ...(allowPrivate ? {} : { lookup: publicLookup(resolve) }) },
      pipelining: 1,
      maxHeaderSize: 16 * 1024,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const answer = await client.request({
      method: "POST",
      path: `${target.pathname}${target.search}`,
      headers: {
        "content-type": "application/json",
        "user-agent": userAgent,
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": signatureHeader(secrets, { id, timestamp, body }),
      },
      body,
      signal: aborter.signal,
    });
    const read = await readAnswer(answer.body);
    const status = answer.statusCode;
    const header = answer.headers["retry-after"];
    const retryAfter = Array.isArray(header) ? header[0] : header;
    return {
      ...read,
      status,
      error: reasonOf(status),
      retryAfterMs: readRetryAfter(retryAfter, now),
    };
  } catch (error) {
    const reason = aborter.signal.aborted ? "timeout" : reasonOfFailure(error);
    return { status: null, error: reason, retryAfterMs: null, answer: "", answerBytes: 0 };
  } finally {
    clearTimeout(timer);
    client?.destroy().catch(() => undefined);
  }
}

/** Reads an answer to its end, or as far as anybody would. One that breaks off is what came of it. */
async function readAnswer(
  body: AsyncIterable<Buffer>,
): Promise<Pick<Answer, "answer" | "answerBytes">> {
  const kept: Buffer[] = [];
  let answerBytes = 0;
  try {
    for await (const chunk of body) {
      if (answerBytes < answerShownMax) kept.push(chunk);
      answerBytes += chunk.length;
      if (answerBytes >= answerBytesMax) break;
    }
  } catch {
    // The status has come, and it says what matters.
  }
  const shown = Buffer.concat(kept).subarray(0, answerShownMax);
  return {
    answer: displayable(shown.toString()),
    answerBytes: Math.min(answerBytes, answerBytesMax),
  };
}

/** Text of a stranger that can be stored and shown: no controls, nothing that turns its direction. */
function displayable(text: string): string {
  return redactKeys(
    text.replaceAll("\r\n", "\n").replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd"),
  );
}

function reasonOf(status: number): FailureReason | null {
  if (status >= 200 && status < 300) return null;
  if (status === 410) return "gone";
  return status >= 300 && status < 400 ? "redirect" : "status";
}

const nameCodes = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "ESERVFAIL"]);
const refusedCodes = new Set([
  ...["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "ETIMEDOUT"],
  ...["UND_ERR_CONNECT_TIMEOUT", "EACCES", "EPERM"],
]);

function reasonOfFailure(error: unknown): FailureReason {
  if (error instanceof AddressForbidden) return "address";
  const code = codeOf(error);
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "timeout";
  if (nameCodes.has(code)) return "name";
  if (refusedCodes.has(code)) return "refused";
  if (/CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code)) return "tls";
  return "closed";
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  return "cause" in error ? codeOf(error.cause) : "";
}
