import type { FailureName } from "@/lib/gateway/failures";
import type { Operation } from "@/lib/gateway/openapi/operation";

/** What a request to a model may fail with beside what every call may. */
export const generationFailures: readonly FailureName[] = [
  "context",
  "balance",
  "quota",
  "model_forbidden",
  "model404",
  "bad_gateway",
  "overloaded",
  "gw_timeout",
];

/** The same where the answer can be a stream, of which only so many may be open. */
export const streamFailures: readonly FailureName[] = [...generationFailures, "concurrency"];

const anyCall: readonly FailureName[] = ["bad_request", "bad_host", "internal", "unavailable"];

const anyKey: readonly FailureName[] = [
  "key_in_query",
  "missing_key",
  "bad_auth_header",
  "invalid_key",
  "revoked_key",
  "expired_key",
  "wrong_env",
  "suspended",
  "ip_forbidden",
  "scope",
  "quota",
  "rate",
];

const anyBody: readonly FailureName[] = [
  "json",
  "missing_param",
  "param",
  "media",
  "large",
  "timeout408",
];

const anyPost: readonly FailureName[] = ["param", "conflict", "idem_busy", "idem_reuse"];

/** All that an operation may fail with: what its shape implies, and what it names itself. */
export function failuresOf(operation: Operation): FailureName[] {
  const names = new Set<FailureName>(anyCall);
  const add = (more: readonly FailureName[]) => {
    for (const name of more) names.add(name);
  };
  if (operation.scope !== null) add(anyKey);
  if (operation.body) add(anyBody);
  if (operation.query) add(["param"]);
  if (operation.method === "POST") add(anyPost);
  if (operation.params && operation.dialect === "rest") add(["nf"]);
  add(operation.failures ?? []);
  return [...names];
}
