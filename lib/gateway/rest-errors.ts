import { AppError } from "@/lib/errors";
import { unavailable } from "@/lib/gateway/admission";
import { type FieldProblem, GatewayError, invalidFields } from "@/lib/gateway/errors";
import type { KeyFacts } from "@/lib/gateway/facts";

function toProblems(error: AppError): [FieldProblem, ...FieldProblem[]] {
  const [first, ...rest] = Object.entries(error.fields ?? {}).map(([path, message]) => ({
    path,
    code: "invalid_value",
    message,
  }));
  return [first ?? { path: "$", code: "invalid_value", message: error.message }, ...rest];
}

/** One verb's own throttle, which has nothing to do with the hour's rate. */
function toRateError({ message, retryAfterSeconds = 1 }: AppError): GatewayError {
  return new GatewayError("rate", {
    headers: { "retry-after": String(retryAfterSeconds) },
    message: `Rate limit exceeded: ${message}`,
    restMessage: message,
    details: { retry_after: retryAfterSeconds },
    logged: { source: "operation" },
  });
}

/**
 * What a domain verb refused, in the words of the API's registry: VALIDATION_ERROR → param with its
 * fields, NOT_FOUND → nf, CONFLICT and LIMIT_REACHED → conflict, FORBIDDEN → scope, ACCOUNT_SUSPENDED →
 * suspended, RATE_LIMITED → rate, UNAVAILABLE → unavailable. Anything else comes back as it is and is answered as ours.
 */
export function toRestError(error: unknown, key: KeyFacts): unknown {
  if (!(error instanceof AppError)) return error;
  switch (error.code) {
    case "VALIDATION_ERROR":
      return invalidFields(toProblems(error));
    case "NOT_FOUND":
      return new GatewayError("nf");
    case "CONFLICT":
    case "LIMIT_REACHED":
      return new GatewayError("conflict", {
        message: `Conflict: ${error.message}`,
        restMessage: error.message,
      });
    case "FORBIDDEN":
      return new GatewayError("scope", {
        restMessage: error.message,
        details: { required: ["admin"], granted: [...key.scopes].sort() },
      });
    case "ACCOUNT_SUSPENDED":
      return new GatewayError("suspended");
    case "UNAVAILABLE":
      return unavailable();
    case "RATE_LIMITED":
      return toRateError(error);
    case "UNAUTHENTICATED":
    case "INTERNAL":
      return error;
  }
}
