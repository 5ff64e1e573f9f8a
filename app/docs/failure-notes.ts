import "server-only";
import type { GatewayError } from "@/lib/gateway/errors";

export interface FailureNote {
  /** What happened, in a sentence. */
  meaning: string;
  /** What a reader does about it. */
  action: string;
  /** Whether the same request can succeed later, in two or three words. */
  retry: string;
  /** What the gateway would put into the body, so that the one shown is a real one. */
  example?: GatewayError["options"];
}

export const statusTitles: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Unauthorized",
  402: "Payment required",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  408: "Request timeout",
  409: "Conflict",
  412: "Precondition failed",
  413: "Content too large",
  415: "Unsupported media type",
  422: "Unprocessable content",
  429: "Too many requests",
  500: "Internal server error",
  502: "Bad gateway",
  503: "Service unavailable",
  504: "Gateway timeout",
};

const mend = "No, fix it";
const wait = "Yes, after a pause";
const problem = { path: "name", code: "required", message: "field required" };
const wrong = { path: "max_tokens", code: "too_small", message: "must be at least 1" };
const requestId = "req_01kah5v3zq8m2n4c6d7e8f9gab";

/** What the documentation says about each failure of the registry, by its name there. */
export const failureNotes: Readonly<Record<string, FailureNote>> = {
  missing_key: {
    meaning: "The request has neither an `Authorization` nor an `x-api-key` header.",
    action:
      "send `Authorization: Bearer YOUR_KEY`. If you do, check that the variable holding the key is set where the program runs, and that no proxy removes the header.",
    retry: mend,
    example: { details: { header: "Authorization" } },
  },
  bad_auth_header: {
    meaning:
      "The header is there but can’t be read: another scheme than `Bearer`, two headers, two different keys, or characters that no key has.",
    action: "send one header, `Authorization: Bearer YOUR_KEY`, without quotes or line breaks.",
    retry: mend,
    example: { details: { header: "Authorization" } },
  },
  invalid_key: {
    meaning:
      "There is no such key. A typing mistake is found by the checksum, without looking anything up.",
    action: "copy the key again; if it is lost, make a new one. A key is shown only once.",
    retry: mend,
  },
  revoked_key: {
    meaning:
      "The key was right, but has been revoked or disabled, or its secret has been replaced by rotation.",
    action:
      "use the key’s current secret, or another key. A disabled key can be enabled on its page, and a revoked one brought back for 60 minutes unless it was exposed.",
    retry: mend,
    example: {
      details: {
        key_id: "key_01kah5v3zq8m2n4c6d7e8f9gab",
        reason: "revoked",
        revoked_at: "2026-11-21T09:30:00.000Z",
      },
    },
  },
  expired_key: {
    meaning: "The key’s expiry date, or the deadline of its rotation, has passed.",
    action: "make a new key. An expired key can’t be rotated.",
    retry: mend,
    example: { details: { expired_at: "2026-11-21T09:30:00.000Z" } },
  },
  wrong_env: {
    meaning: "A test key was sent to a deployment that takes live keys only.",
    action: "use a live key.",
    retry: mend,
    example: { details: { key_environment: "test", required: "live" } },
  },
  scope: {
    meaning: "The key is good, but lacks the [scope](/docs/scopes) that this request needs.",
    action: "use a key that has it, or add the scope to this one. `error.details` names both.",
    retry: mend,
    example: {
      headers: {
        "www-authenticate": 'Bearer realm="api", error="insufficient_scope", scope="write"',
      },
      details: { required: ["write"], granted: ["read"] },
    },
  },
  suspended: {
    meaning: "The account is suspended. No key of it works, and no new one will.",
    action: "contact [support](/docs/support).",
    retry: mend,
  },
  model_forbidden: {
    meaning: "The model exists, but isn’t on this key’s list of models.",
    action: "ask for a model on the list, or change the list on the key’s page.",
    retry: mend,
    example: { details: { model: "gpt-4" } },
  },
  ip_forbidden: {
    meaning: "The key may be used from certain addresses only, and this isn’t one of them.",
    action: "send from a listed address, or add the one in `error.details` on the key’s page.",
    retry: mend,
    example: { details: { address: "203.0.113.7" } },
  },
  balance: {
    meaning:
      "The balance doesn’t cover what the request may cost at most: its input, and `max_tokens` of output.",
    action:
      "top up under Billing, or lower `max_tokens` to the number in the header `x-affordable-max-tokens`, if it is there.",
    retry: "After a top-up",
    example: {
      headers: { "x-limit-source": "balance", "x-affordable-max-tokens": "120" },
      details: {
        balance: "0.0003",
        required: "0.0082",
        currency: "USD",
        top_up_url: "https://…/billing",
        affordable_max_tokens: 120,
      },
    },
  },
  quota: {
    meaning:
      "A quota of the plan (a day, a month or in total) or the spend cap of the key is used up. `x-limit-source` says which.",
    action:
      "wait for `resets_at`, raise the key’s cap, or ask for a larger plan. It is never 429, because SDKs would try again at once.",
    retry: "After resets_at",
    example: {
      headers: { "x-limit-source": "plan_day" },
      details: {
        period: "day",
        limit: 5_000,
        used: 5_000,
        resets_at: "2026-11-22T00:00:00.000Z",
      },
    },
  },
  rate: {
    meaning:
      "More requests than allowed within an hour, more test events than an endpoint of webhooks gets, or thirty wrong keys a minute from one address.",
    action: "wait as many seconds as `Retry-After` says; a request sent then is let through.",
    retry: wait,
    example: {
      headers: { "retry-after": "37", "x-limit-source": "plan_hour" },
      details: { limit: 1_000, window: 3_600, retry_after: 37 },
    },
  },
  concurrency: {
    meaning: "Too many streams are open at the same time.",
    action: "wait for one to end, or read fewer at once.",
    retry: wait,
    example: {
      headers: { "retry-after": "1", "x-limit-source": "plan_streams" },
      details: { limit: 20 },
    },
  },
  json: {
    meaning:
      "The body isn’t JSON: a stray comma, a quote that the shell ate, two fields of one name, or bytes that aren’t UTF-8.",
    action: "have a library write the JSON. In a shell, put the body in single quotes.",
    retry: mend,
    example: { details: { position: 41 } },
  },
  param: {
    meaning: "A field has a value that it can’t have.",
    action: "change the field that `param`, or `errors[].path`, names.",
    retry: mend,
    example: {
      message: `Invalid request error: ${wrong.path}: ${wrong.message}`,
      param: wrong.path,
      problems: [wrong],
      details: { errors: [wrong] },
    },
  },
  missing_param: {
    meaning: "A field that must be there is missing.",
    action: "add the field that `param`, or `errors[].path`, names.",
    retry: mend,
    example: {
      message: `Invalid request error: ${problem.path}: ${problem.message}`,
      param: problem.path,
      problems: [problem],
      details: { errors: [problem] },
    },
  },
  context: {
    meaning: "The messages alone are longer than what the model can take in.",
    action: "send fewer or shorter messages, or choose a model with a larger context.",
    retry: mend,
    example: {
      message: "Invalid request error: prompt is too long: 8410 tokens > 8192",
      details: { tokens: 8_410, max: 8_192 },
    },
  },
  bad_request: {
    meaning: "The request can’t be understood as a whole, for instance its path.",
    action: "compare it with a sample of these pages.",
    retry: mend,
  },
  key_in_query: {
    meaning:
      "A key was sent in the URL. URLs end up in logs and histories, so it was refused unread.",
    action: "send the key in a header, and revoke it if the URL went to anybody else.",
    retry: mend,
  },
  model404: {
    meaning: "There is no model of this name.",
    action: "take a name from `GET /v1/models`.",
    retry: mend,
    example: { message: "model: gpt-5-typo", details: { model: "gpt-5-typo" } },
  },
  nf: {
    meaning:
      "There is no such path, or nothing with this id that your account may see. Another account’s ids answer the same.",
    action: "check the path against the reference, and the id against a list.",
    retry: mend,
  },
  method: {
    meaning: "The path exists, but not with this method.",
    action: "use one of those in the `Allow` header.",
    retry: mend,
    example: { headers: { allow: "GET, POST" }, details: { allowed: ["GET", "POST"] } },
  },
  media: {
    meaning: "The body isn’t declared as JSON.",
    action: "send `Content-Type: application/json`.",
    retry: mend,
    example: { details: { supported: ["application/json"] } },
  },
  large: {
    meaning: "The body has more bytes than are taken.",
    action: "send less; the limit is in `error.details`.",
    retry: mend,
    example: { details: { limit_bytes: 10_485_760 } },
  },
  timeout408: {
    meaning: "The body didn’t arrive in time.",
    action: "try again; look at the connection if it repeats.",
    retry: "Yes",
  },
  conflict: {
    meaning: "Something changed meanwhile that this request doesn’t agree with.",
    action: "read it again, decide again, send again.",
    retry: "After reading again",
  },
  idem_busy: {
    meaning: "The first request with this `Idempotency-Key` is still being answered.",
    action: "send the same request again after a second; it gets the first one’s answer.",
    retry: wait,
    example: { headers: { "retry-after": "1" } },
  },
  idem_reuse: {
    meaning: "This `Idempotency-Key` belongs to another request: its path or body differs.",
    action: "make a new key for each new request.",
    retry: mend,
  },
  precond: {
    meaning: "The resource has another version than the one that `If-Match` names.",
    action: "read it again, and send the change with the new `ETag`.",
    retry: "After reading again",
    example: { headers: { etag: '"8"' }, details: { current: '"8"' } },
  },
  internal: {
    meaning: "We made a mistake. Nothing was charged.",
    action: "try again; if it stays, send the request id to [support](/docs/support).",
    retry: "Yes, twice",
    example: { details: { request_id: requestId } },
  },
  bad_gateway: {
    meaning: "The model’s provider sent something that can’t be an answer.",
    action: "try again, or use another model.",
    retry: "Yes",
    example: { details: { request_id: requestId } },
  },
  overloaded: {
    meaning: "The model’s provider has too much to do.",
    action: "wait as `Retry-After` says, or use another model.",
    retry: wait,
    example: { headers: { "retry-after": "5" }, details: { retry_after: 5 } },
  },
  unavailable: {
    meaning: "The service can’t take requests for the moment. Nothing was charged.",
    action: "wait as `Retry-After` says.",
    retry: wait,
    example: { headers: { "retry-after": "1" }, details: { retry_after: 1 } },
  },
  gw_timeout: {
    meaning: "The model’s provider took too long.",
    action: "try again with a smaller `max_tokens`, or stream.",
    retry: "Yes",
    example: { details: { request_id: requestId } },
  },
  bad_host: {
    meaning: "The `Host` header is missing, doubled, or not a host’s name.",
    action: "let the HTTP library set it.",
    retry: mend,
  },
  webhook_sig: {
    meaning: "An event sent to us isn’t signed by who it says it is from.",
    action: "sign the raw bytes of the body with the secret of this endpoint.",
    retry: mend,
  },
};
