import "server-only";
import { z } from "zod";
import type { SentBody } from "@/app/(dashboard)/logs/request-detail";
import { type Dialect, dialectOf } from "@/lib/gateway/dialect";
import { type FieldProblem, GatewayError, invalidFields, renderError } from "@/lib/gateway/errors";
import { type FailureName, failures } from "@/lib/gateway/failures";
import type { LoggedRequest } from "@/lib/usage/request-detail-queries";

/*
 * Bodies aren't stored. An error's is made again of what is: the failure's name, which decides its
 * words, and what its check compared, which is what its details were.
 */

export function isFailure(name: string | null): name is FailureName {
  return name !== null && Object.hasOwn(failures, name);
}

export const Details = z.record(z.string(), z.unknown());
export type Details = z.infer<typeof Details>;

/** What of the logged values was kept for the log alone, and never sent. */
const unsent: Partial<Record<FailureName, readonly string[]>> = {
  rate: ["source", "used"],
  quota: ["source", "held", "required"],
  expired_key: ["unclaimed_rotation"],
  revoked_key: ["secret_state"],
  model_forbidden: ["allowed"],
  ip_forbidden: ["allowed"],
};

const Problems = z
  .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
  .min(1);

/** Sentences that name what was asked for; the registry has the others. */
function messageOf(failure: FailureName, details: Details): string | undefined {
  switch (failure) {
    case "model404":
      return typeof details.model === "string" ? `model: ${details.model}` : undefined;
    case "revoked_key":
      return details.reason === "disabled"
        ? "Authentication error: this API key is disabled"
        : undefined;
    case "wrong_env":
      return details.key_environment === "live"
        ? "Authentication error: live key used in test mode"
        : undefined;
    case "context":
      return details.tokens === undefined
        ? undefined
        : `Invalid request error: prompt is too long: ${details.tokens} tokens > ${details.max}`;
    default:
      return undefined;
  }
}

function rebuild(failure: FailureName, details: Details | null): GatewayError {
  if (!details) return new GatewayError(failure);
  const problems = Problems.safeParse(details.errors);
  const [first, ...others] = problems.success ? problems.data : [];
  if (first) return invalidFields([first, ...others] satisfies [FieldProblem, ...FieldProblem[]]);
  const hidden = unsent[failure] ?? [];
  const sent = Object.entries(details).filter(([name]) => !hidden.includes(name));
  const message = messageOf(failure, details);
  return new GatewayError(failure, {
    ...(sent.length > 0 ? { details: Object.fromEntries(sent) } : {}),
    ...(message === undefined ? {} : { message }),
  });
}

const dialectNames: Record<Dialect, string> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  rest: "REST",
};

/** Failures whose sentence a route may have put in its own words, which aren't kept. */
const worded: readonly FailureName[] = ["conflict", "param", "missing_param", "scope"];

/** Outcomes whose caller wasn't there any more to be sent anything. */
const unheard = ["cancelled", "client_gone", "recovered"];

/** The error as its caller got it; null where none was sent. */
export function sentBody(request: LoggedRequest): SentBody | null {
  const { errorCode, outcome, path, status } = request;
  if (!isFailure(errorCode) || unheard.includes(outcome)) return null;
  const parsed = Details.safeParse(request.details);
  const details = parsed.success ? parsed.data : null;
  const dialect = dialectOf(path, false);
  const error = rebuild(errorCode, outcome === "refused" ? details : null);
  const { body } = renderError(error, dialect, { requestId: request.id, balanceStatus: status });
  const isStreamed = status < 400;
  return {
    dialect: dialectNames[dialect],
    text: JSON.stringify(body, null, 2),
    note: isStreamed
      ? "Sent as the last event of a stream that had begun."
      : dialect === "rest" && details === null && worded.includes(errorCode)
        ? "The sentence may have been more particular: only its code is kept."
        : null,
  };
}
