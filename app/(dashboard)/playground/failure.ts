import { fieldOf, numberOf, parseJson, textOf } from "@/app/(dashboard)/playground/json-fields";

/** Why there is no answer, or not all of it. */
export interface Failure {
  /** The API's status; 0 where it wasn't reached. */
  status: number;
  /** The API's own code, or one of the dashboard's in capitals. */
  code: string;
  message: string;
  requestId: string | null;
  /** The API's headers that qualify it. */
  limitSource: string | null;
  affordableTokens: string | null;
  retryAfter: string | null;
}

const nothing = { requestId: null, limitSource: null, affordableTokens: null, retryAfter: null };

export function offline(): Failure {
  return {
    ...nothing,
    status: 0,
    code: "OFFLINE",
    message: "You seem to be offline. Check your connection.",
  };
}

/** A stream that ended before it was complete. */
export function brokenOff(requestId: string | null): Failure {
  return {
    ...nothing,
    status: 0,
    code: "BROKEN_OFF",
    message: "The answer broke off before it was complete.",
    requestId,
  };
}

/** An `error` event in a stream. */
export function streamFailure(data: string, status: number, requestId: string | null): Failure {
  const error = fieldOf(parseJson(data), "error");
  return {
    ...nothing,
    status,
    code: textOf(error, "code") ?? "BROKEN_OFF",
    message: textOf(error, "message") ?? "The answer broke off before it was complete.",
    requestId,
  };
}

/** A refused or failed request: the API's words, or the dashboard's where it didn't ask the API. */
export function readFailure(status: number, headers: Headers, text: string): Failure {
  const error = fieldOf(parseJson(text), "error");
  return {
    status,
    code: textOf(error, "code") ?? "INTERNAL",
    message: textOf(error, "message") ?? "Something went wrong on our side. Try again in a moment.",
    requestId: headers.get("api-x-request-id"),
    limitSource: headers.get("api-x-limit-source"),
    affordableTokens: headers.get("api-x-affordable-max-tokens"),
    retryAfter: headers.get("api-retry-after"),
  };
}

export interface Fix {
  text: string;
  /** Where it is done, and what the link says. */
  link?: { href: string; label: string };
}

/** What somebody does about a failure. */
export function fixOf(failure: Failure, keyId: string): Fix | null {
  const keyPage = { href: `/keys/${keyId}`, label: "Open the key" };
  switch (failure.code) {
    case "invalid_api_key":
    case "revoked_api_key":
      return { text: "Choose another key, or look why this one stopped working.", link: keyPage };
    case "expired_api_key":
      return {
        text: "An expired key stays expired. Choose another, or create one.",
        link: { href: "/keys?new=1", label: "Create key" },
      };
    case "wrong_environment":
      return { text: "This deployment takes keys of the other environment. Choose another key." };
    case "insufficient_scope":
      return { text: "Completions need the scope read. Add it to the key.", link: keyPage };
    case "ip_not_allowed":
      return { text: "The key may be used from listed addresses only. Add yours.", link: keyPage };
    case "model_not_allowed":
      return { text: "Choose a model on the key's list, or change the list.", link: keyPage };
    case "insufficient_balance":
      return {
        text: failure.affordableTokens
          ? `The balance covers ${failure.affordableTokens} tokens of output: lower “Max tokens”, or top up.`
          : "The balance must cover the most that the request can cost. Top up.",
        link: { href: "/billing?add=1", label: "Top up" },
      };
    case "quota_exceeded":
      return failure.limitSource === "key_cap"
        ? {
            text: "The key's spend cap is used up. Raise it, or wait for its reset.",
            link: keyPage,
          }
        : {
            text: "A quota of your plan is used up. Usage says when it resets.",
            link: { href: "/usage", label: "See usage" },
          };
    case "rate_limit_exceeded":
    case "concurrency_limit_exceeded":
      return {
        text: failure.retryAfter
          ? `Try again in ${failure.retryAfter} s.`
          : "Wait a moment, then try again.",
      };
    case "context_length_exceeded":
      return { text: "Remove messages, or shorten them." };
    case "model_not_found":
      return { text: "Choose another model." };
    case "invalid_value":
    case "missing_required_parameter":
      return { text: "Change the setting that it names, and send again." };
    case "UNAUTHENTICATED":
      return {
        text: "Your messages are kept in this tab.",
        link: { href: "/sign-in?callbackUrl=/playground", label: "Sign in" },
      };
    default:
      return failure.status >= 500 || failure.code === "BROKEN_OFF"
        ? { text: "What wasn't delivered isn't charged. Try again in a moment." }
        : null;
  }
}

/** What an answer used and cost, as the books have it. */
export interface Receipt {
  inputTokens: number;
  outputTokens: number;
  costNanos: string;
  latencyMs: number;
  firstByteMs: number | null;
}

export function readReceipt(thing: unknown): Receipt | null {
  const inputTokens = numberOf(thing, "inputTokens");
  const outputTokens = numberOf(thing, "outputTokens");
  const costNanos = textOf(thing, "costNanos");
  const latencyMs = numberOf(thing, "latencyMs");
  if (inputTokens === null || outputTokens === null || latencyMs === null) return null;
  if (costNanos === null || !/^\d+$/.test(costNanos)) return null;
  return {
    inputTokens,
    outputTokens,
    costNanos,
    latencyMs,
    firstByteMs: numberOf(thing, "firstByteMs"),
  };
}
