/**
 * The registry: every way a call can fail, with its status and its words in the three dialects.
 * Clients match on these, so they change only with the contract. `type` and `code` are OpenAI's
 * fields, `type` and `message` Anthropic's, `restCode` and `restMessage` the REST dialect's.
 */
interface FailureDefinition {
  status: number;
  /** Anthropic's own status where it differs (529 for an overloaded upstream). */
  anthropicStatus?: number;
  anthropicType: string;
  openAiType: string;
  message: string;
  code: string;
  param?: string;
  restCode: string;
  restMessage: string;
  /** RFC 6750 `error` attribute of the challenge; null for a bare one. 401 and scope only. */
  challenge?: "invalid_request" | "invalid_token" | "insufficient_scope" | null;
  /** Tells the official SDKs whether trying again can help. */
  shouldRetry?: boolean;
  /** Seconds of `Retry-After` where the one who throws knows no better. */
  retryAfterSeconds?: number;
  /** The REST details repeat `Retry-After`. */
  tellsRetryAfter?: boolean;
  /** The REST details name the request, so that people can ask about it. */
  namesRequest?: boolean;
  closesConnection?: boolean;
}

const auth = {
  status: 401,
  anthropicType: "authentication_error",
  openAiType: "authentication_error",
};
const denied = {
  status: 403,
  anthropicType: "permission_error",
  openAiType: "permission_error",
  shouldRetry: false,
};
const invalid = {
  status: 400,
  anthropicType: "invalid_request_error",
  openAiType: "invalid_request_error",
};
const server = { anthropicType: "api_error", openAiType: "server_error" };

export const failures = {
  missing_key: {
    ...auth,
    message: "Authentication error: API key is required",
    code: "missing_api_key",
    restCode: "MISSING_API_KEY",
    restMessage: "API key is required",
    challenge: null,
  },
  bad_auth_header: {
    ...auth,
    message: "Authentication error: malformed Authorization header",
    code: "invalid_authorization_header",
    restCode: "INVALID_AUTHORIZATION_HEADER",
    restMessage: "The Authorization header must be: Bearer <key>",
    challenge: "invalid_request",
  },
  invalid_key: {
    ...auth,
    message: "Authentication error: invalid API key",
    code: "invalid_api_key",
    restCode: "INVALID_API_KEY",
    restMessage: "The provided API key is invalid",
    challenge: "invalid_token",
  },
  revoked_key: {
    ...auth,
    message: "Authentication error: this API key has been revoked",
    code: "revoked_api_key",
    restCode: "INVALID_API_KEY",
    restMessage: "The provided API key is invalid",
    challenge: "invalid_token",
  },
  expired_key: {
    ...auth,
    message: "Authentication error: this API key has expired",
    code: "expired_api_key",
    restCode: "EXPIRED_API_KEY",
    restMessage: "The API key has expired",
    challenge: "invalid_token",
  },
  wrong_env: {
    ...auth,
    message: "Authentication error: test key used in live mode",
    code: "wrong_environment",
    restCode: "WRONG_ENVIRONMENT",
    restMessage: "This key belongs to another environment",
    challenge: "invalid_token",
  },
  scope: {
    ...denied,
    message: "Permission denied: the API key lacks the required scope",
    code: "insufficient_scope",
    restCode: "INSUFFICIENT_SCOPE",
    restMessage: "The API key lacks the required scope",
    challenge: "insufficient_scope",
  },
  suspended: {
    ...denied,
    message: "Permission denied: account suspended",
    code: "account_suspended",
    restCode: "ACCOUNT_SUSPENDED",
    restMessage: "The account is suspended",
  },
  ip_forbidden: {
    ...denied,
    message: "Permission denied: this address is not on the key's allowlist",
    code: "ip_not_allowed",
    restCode: "IP_NOT_ALLOWED",
    restMessage: "Permission denied: this address is not on the key's allowlist",
  },
  model_forbidden: {
    ...denied,
    message: "Permission denied: model not allowed for this key",
    code: "model_not_allowed",
    param: "model",
    restCode: "MODEL_NOT_ALLOWED",
    restMessage: "This key may not use this model",
  },
  balance: {
    status: 402,
    anthropicType: "insufficient_balance",
    openAiType: "insufficient_balance",
    message: "Your current account balance is insufficient",
    code: "insufficient_balance",
    restCode: "INSUFFICIENT_BALANCE",
    restMessage: "Your current account balance is insufficient",
    shouldRetry: false,
  },
  quota: {
    status: 403,
    anthropicType: "quota_exceeded",
    openAiType: "quota_exceeded",
    message: "Quota exceeded",
    code: "quota_exceeded",
    restCode: "QUOTA_EXCEEDED",
    restMessage: "Quota exceeded",
    shouldRetry: false,
  },
  rate: {
    status: 429,
    anthropicType: "rate_limit_error",
    openAiType: "rate_limit_error",
    message: "Rate limit exceeded",
    code: "rate_limit_exceeded",
    restCode: "RATE_LIMIT_EXCEEDED",
    restMessage: "Rate limit exceeded",
  },
  concurrency: {
    status: 429,
    anthropicType: "rate_limit_error",
    openAiType: "rate_limit_error",
    message: "Rate limit exceeded: too many concurrent requests",
    code: "concurrency_limit_exceeded",
    restCode: "CONCURRENCY_LIMIT_EXCEEDED",
    restMessage: "Too many concurrent requests",
    retryAfterSeconds: 1,
  },
  json: {
    ...invalid,
    message: "Invalid request error: body is not valid JSON",
    code: "invalid_json",
    restCode: "INVALID_JSON",
    restMessage: "The request body is not valid JSON",
    shouldRetry: false,
  },
  param: {
    ...invalid,
    message: "Invalid request error",
    code: "invalid_value",
    restCode: "VALIDATION_ERROR",
    restMessage: "Invalid request",
    shouldRetry: false,
  },
  missing_param: {
    ...invalid,
    message: "Invalid request error",
    code: "missing_required_parameter",
    restCode: "VALIDATION_ERROR",
    restMessage: "Invalid request",
    shouldRetry: false,
  },
  context: {
    ...invalid,
    message: "Invalid request error: prompt is too long",
    code: "context_length_exceeded",
    param: "messages",
    restCode: "CONTEXT_LENGTH_EXCEEDED",
    restMessage: "The prompt is too long",
    shouldRetry: false,
  },
  bad_request: {
    ...invalid,
    message: "Invalid request error",
    code: "bad_request",
    restCode: "BAD_REQUEST",
    restMessage: "Invalid request",
    shouldRetry: false,
  },
  key_in_query: {
    ...invalid,
    message: "Invalid request error: credentials are not accepted in the URL",
    code: "credentials_in_url",
    restCode: "CREDENTIALS_IN_URL",
    restMessage: "Credentials are not accepted in the URL",
  },
  model404: {
    status: 404,
    anthropicType: "not_found_error",
    openAiType: "invalid_request_error",
    message: "model: not found",
    code: "model_not_found",
    param: "model",
    restCode: "MODEL_NOT_FOUND",
    restMessage: "The model does not exist",
    shouldRetry: false,
  },
  nf: {
    status: 404,
    anthropicType: "not_found_error",
    openAiType: "invalid_request_error",
    message: "Not found",
    code: "not_found",
    restCode: "NOT_FOUND",
    restMessage: "Not found",
    shouldRetry: false,
  },
  method: {
    ...invalid,
    status: 405,
    message: "Method not allowed",
    code: "method_not_allowed",
    restCode: "METHOD_NOT_ALLOWED",
    restMessage: "Method not allowed",
  },
  media: {
    ...invalid,
    status: 415,
    message: "Content-Type must be application/json",
    code: "unsupported_media_type",
    restCode: "UNSUPPORTED_MEDIA_TYPE",
    restMessage: "Content-Type must be application/json",
  },
  large: {
    ...invalid,
    status: 413,
    anthropicType: "request_too_large",
    message: "Request exceeds the maximum allowed number of bytes",
    code: "request_too_large",
    restCode: "PAYLOAD_TOO_LARGE",
    restMessage: "The request body is too large",
    closesConnection: true,
  },
  timeout408: {
    ...invalid,
    status: 408,
    anthropicType: "timeout_error",
    message: "Request timed out while reading the body",
    code: "request_timeout",
    restCode: "REQUEST_TIMEOUT",
    restMessage: "The request body did not arrive in time",
    closesConnection: true,
  },
  conflict: {
    status: 409,
    anthropicType: "conflict_error",
    openAiType: "conflict_error",
    message: "Conflict",
    code: "conflict",
    restCode: "CONFLICT",
    restMessage: "The resource was changed by another request",
    shouldRetry: false,
  },
  idem_busy: {
    status: 409,
    anthropicType: "conflict_error",
    openAiType: "conflict_error",
    message: "A request with this Idempotency-Key is in progress",
    code: "idempotency_in_progress",
    restCode: "IDEMPOTENCY_IN_PROGRESS",
    restMessage: "A request with this Idempotency-Key is in progress",
    shouldRetry: true,
    retryAfterSeconds: 1,
  },
  idem_reuse: {
    ...invalid,
    status: 422,
    message: "Idempotency-Key was used with a different request",
    code: "idempotency_key_reused",
    restCode: "IDEMPOTENCY_KEY_REUSED",
    restMessage: "Idempotency-Key was used with a different request",
    shouldRetry: false,
  },
  precond: {
    ...invalid,
    status: 412,
    message: "Precondition failed",
    code: "precondition_failed",
    restCode: "PRECONDITION_FAILED",
    restMessage: "The resource has another version",
  },
  internal: {
    status: 500,
    anthropicType: "internal_server_error",
    openAiType: "server_error",
    message: "Internal server error",
    code: "internal_server_error",
    restCode: "INTERNAL_SERVER_ERROR",
    restMessage: "Internal server error",
    namesRequest: true,
  },
  bad_gateway: {
    ...server,
    status: 502,
    message: "The upstream returned an invalid response",
    code: "upstream_error",
    restCode: "UPSTREAM_ERROR",
    restMessage: "The upstream returned an invalid response",
    namesRequest: true,
  },
  overloaded: {
    ...server,
    status: 503,
    anthropicStatus: 529,
    anthropicType: "overloaded_error",
    message: "Overloaded",
    code: "overloaded",
    restCode: "UPSTREAM_OVERLOADED",
    restMessage: "The upstream is overloaded",
    retryAfterSeconds: 1,
    tellsRetryAfter: true,
  },
  unavailable: {
    ...server,
    status: 503,
    message: "Service temporarily unavailable",
    code: "service_unavailable",
    restCode: "SERVICE_UNAVAILABLE",
    restMessage: "Service temporarily unavailable",
    retryAfterSeconds: 1,
    tellsRetryAfter: true,
  },
  gw_timeout: {
    ...server,
    status: 504,
    anthropicType: "timeout_error",
    message: "The upstream timed out",
    code: "upstream_timeout",
    restCode: "UPSTREAM_TIMEOUT",
    restMessage: "The upstream timed out",
    namesRequest: true,
  },
  webhook_sig: {
    ...invalid,
    message: "Webhook signature verification failed",
    code: "invalid_signature",
    restCode: "INVALID_SIGNATURE",
    restMessage: "Webhook signature verification failed",
  },
  bad_host: {
    ...invalid,
    message: "Invalid Host header",
    code: "invalid_host",
    restCode: "INVALID_HOST",
    restMessage: "Invalid Host header",
    closesConnection: true,
  },
} as const satisfies Record<string, FailureDefinition>;

export type FailureName = keyof typeof failures;

export function failureDefinition(name: FailureName): FailureDefinition {
  return failures[name];
}
