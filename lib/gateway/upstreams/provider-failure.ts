import { z } from "zod";
import type { JsonObject } from "@/lib/gateway/chat";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import { ExchangeError } from "@/lib/gateway/upstreams/exchange";
import { AddressForbidden } from "@/lib/outbound-address";

/**
 * An upstream's failure in our own words: its bodies name it, its models and sometimes its key, so
 * nothing of them is handed on. `next`: whether trying again may help, at the same upstream or only at
 * another. `isOurs`: somebody has to look at the configuration.
 */
export class ProviderFailure extends Error {
  constructor(
    readonly error: GatewayError,
    readonly next: "retry" | "elsewhere" | "give_up",
    /** For the log: what happened, in words that hold nothing of the body but a code. */
    readonly what: string,
    readonly isOurs = false,
  ) {
    super(what);
  }
}

/** An answer that broke off when the upstream had it begun, and may have charged for it. */
export class BrokenAnswer extends ProviderFailure {}

const badGateway = () => new GatewayError("bad_gateway");

/** An answer that isn't one: never relayed, never tried again. */
export function garbage(what: string): ProviderFailure {
  return new ProviderFailure(badGateway(), "give_up", what);
}

function overloaded(seconds: number): GatewayError {
  return new GatewayError("overloaded", { headers: { "retry-after": String(seconds) } });
}

/** `Retry-After` of an upstream in whole seconds, held to a minute; a second where it names none. */
export function retryAfterSeconds(header: string | undefined): number {
  const seconds = Number(header);
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 1), 60) : 1;
}

const text = z.string().max(4_000).catch("");

const noError = { message: "", type: "", code: "", param: "" };

/** Both protocols' error bodies, and the frames that tell of one in a stream. Some say it in a word. */
const ErrorBody = z.object({
  error: z.union([
    z.object({
      message: text,
      type: text,
      code: z.coerce.string().max(100).catch(""),
      param: text,
    }),
    z.string().transform((message) => ({ ...noError, message })),
  ]),
});
type ErrorBody = z.infer<typeof ErrorBody>["error"];

/** The error that a body or a frame of either protocol tells; null where it tells none. */
export function readErrorBody(body: unknown): ErrorBody | null {
  // Nearly none has one, and a schema that doesn't fit is dear to find out.
  if (typeof body !== "object" || body === null || !("error" in body)) return null;
  const parsed = ErrorBody.safeParse(body);
  return parsed.success ? parsed.data.error : null;
}

/** Codes are words; what is anything else may be somebody's data. */
function codeOf(error: ErrorBody | null): string {
  return [error?.type, error?.code].filter((word) => word && /^[a-z_]{1,64}$/.test(word)).join(" ");
}

const contextPattern = /prompt is too long|maximum context length|context_length_exceeded/i;
/** Anthropic answers an empty account with 400. */
const accountPattern = /credit balance|billing|quota/i;

/** The field of the caller's own body that an upstream complains about, if it is one. */
function fieldOf(body: JsonObject | null, error: ErrorBody | null): string | null {
  const named =
    error?.param || /^([a-z_]+(?:\.[a-z0-9_]+)*): /.exec(error?.message ?? "")?.[1] || "";
  const path = named.replace(/\[(\d+)\]/g, ".$1");
  const root = path.split(".")[0] ?? "";
  if (!body || !Object.hasOwn(body, root) || !/^[a-z0-9_.]{1,100}$/.test(path)) return null;
  return path;
}

function refusedRequest(original: JsonObject | null, error: ErrorBody | null, status: number) {
  const what = `status ${status} ${codeOf(error)}`;
  const words = `${error?.code} ${error?.message}`;
  if (contextPattern.test(words)) {
    return new ProviderFailure(new GatewayError("context"), "give_up", what);
  }
  const field = fieldOf(original, error);
  if (field === "model" || accountPattern.test(words)) {
    return new ProviderFailure(badGateway(), "elsewhere", what, true);
  }
  const problem = {
    path: field ?? "$",
    code: "invalid_value",
    message: field ? "is not accepted by this model" : "the request is not accepted by this model",
  };
  return new ProviderFailure(invalidFields([problem]), "give_up", what);
}

/** What an answer with a status other than 200 means for the caller; `original` is the caller's own body. */
export function failureOfStatus(
  original: JsonObject | null,
  status: number,
  retryAfter: string | undefined,
  body: unknown,
): ProviderFailure {
  const error = readErrorBody(body);
  const what = `status ${status} ${codeOf(error)}`;
  if (status === 400 || status === 413 || status === 422)
    return refusedRequest(original, error, status);
  // The limits of our own account there: another upstream may have room, the caller may come again.
  if (status === 429) {
    const isOurs = accountPattern.test(`${error?.code} ${error?.message}`);
    const busy = overloaded(retryAfterSeconds(retryAfter));
    return new ProviderFailure(busy, "elsewhere", what, isOurs);
  }
  if (status === 503 || status === 529) {
    return new ProviderFailure(overloaded(retryAfterSeconds(retryAfter)), "retry", what);
  }
  if (status === 408 || status === 504 || status === 524) {
    return new ProviderFailure(new GatewayError("gw_timeout"), "retry", what);
  }
  if (status >= 500) return new ProviderFailure(badGateway(), "retry", what);
  // Our key, our rights, our name for the model, a redirect: the caller can't help any of it.
  return new ProviderFailure(badGateway(), "elsewhere", what, true);
}

/** Our key, our rights, our name for the model. */
const oursPattern = /authentication|permission|not_found|invalid_api_key|billing/;

/** What an error in the middle of a stream, or in a body with status 200, means for the caller. */
export function failureOfError(error: ErrorBody): ProviderFailure {
  const code = codeOf(error);
  const what = `error ${code}`;
  if (/timeout/.test(code)) {
    return new ProviderFailure(new GatewayError("gw_timeout"), "retry", what);
  }
  if (oursPattern.test(code)) return new ProviderFailure(badGateway(), "elsewhere", what, true);
  return new ProviderFailure(overloaded(1), "retry", what);
}

/** What an event of a stream that is named `error` means, whatever its data is. */
export function failureOfErrorEvent(data: string): ProviderFailure {
  try {
    return failureOfError(readErrorBody(JSON.parse(data)) ?? noError);
  } catch {
    return failureOfError(noError);
  }
}

/** What a failed exchange means for the caller. */
export function failureOfExchange(error: unknown): ProviderFailure {
  if (error instanceof AddressForbidden) {
    return new ProviderFailure(badGateway(), "elsewhere", error.message, true);
  }
  if (!(error instanceof ExchangeError)) throw error;
  switch (error.reason) {
    case "refused":
    case "stale":
      return new ProviderFailure(badGateway(), "retry", error.reason);
    case "connect_timeout":
      return new ProviderFailure(new GatewayError("gw_timeout"), "elsewhere", error.reason);
    case "timeout":
      return new ProviderFailure(new GatewayError("gw_timeout"), "give_up", error.reason);
    case "broken":
      return new ProviderFailure(badGateway(), "elsewhere", error.reason);
    case "aborted":
      return new ProviderFailure(new GatewayError("unavailable"), "give_up", error.reason);
  }
}
