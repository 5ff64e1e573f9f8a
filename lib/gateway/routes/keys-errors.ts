import { AppError } from "@/lib/errors";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import type { KeyFacts } from "@/lib/gateway/facts";
import { BeyondKeyError } from "@/lib/keys/own-key";
import { scopesBeyond } from "@/lib/keys/power";

/**
 * Runs a verb on keys and puts its refusals into the API's words: a key that would be allowed more than
 * the caller is `scope` with every excess named, a wrong expiry is told at `expires_at`. The rest is
 * translated as for every route.
 */
export async function inKeyWords<T>(
  caller: KeyFacts,
  asked: readonly string[],
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BeyondKeyError) throw toScopeError(error, caller, asked);
    const expiry = error instanceof AppError ? error.fields?.expiry : undefined;
    if (expiry === undefined) throw error;
    throw invalidFields([{ path: "expires_at", code: "invalid_value", message: expiry }]);
  }
}

function toScopeError(
  error: BeyondKeyError,
  caller: KeyFacts,
  asked: readonly string[],
): GatewayError {
  const granted = [...caller.scopes].sort();
  const missing = scopesBeyond(asked, granted);
  return new GatewayError("scope", {
    restMessage: `A key can't give more than it has. ${error.message}`,
    details: {
      required: missing.length > 0 ? missing : ["admin"],
      granted,
      beyond: error.excess,
    },
  });
}
