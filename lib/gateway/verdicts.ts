import type { Call, GatewaySettings } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";
import type { Facts, KeyFacts } from "@/lib/gateway/facts";
import { addressBlockContains } from "@/lib/keys/addresses";
import { modelPatternMatches } from "@/lib/keys/model-patterns";

export type NeededScope = "read" | "write" | "admin" | "webhook" | "any";

/** The documented order of precedence has these first: whether the key opens anything at all (401). */
export function judgeKey(key: KeyFacts, settings: GatewaySettings): void {
  const voidSince = secretVoidSince(key);
  if (key.revokedAt || voidSince) {
    throw revoked(key, "revoked", key.revokedAt ?? voidSince);
  }
  if (key.disabledAt) {
    throw revoked(key, "disabled", null, "Authentication error: this API key is disabled");
  }
  const endedAt = keyEndedAt(key);
  if (endedAt) {
    throw new GatewayError("expired_key", {
      details: { expired_at: endedAt.toISOString() },
      logged: { unclaimed_rotation: endedAt !== key.expiresAt },
    });
  }
  judgeEnvironment(key, settings);
}

/** Since when the secret, as opposed to its key, opens nothing; null while it does. */
function secretVoidSince({ secret, now }: KeyFacts): Date | null {
  switch (secret.state) {
    case "active":
      return null;
    case "pending":
      return secret.lapsesAt && secret.lapsesAt <= now ? secret.lapsesAt : null;
    case "retiring":
      return secret.retiresAt && secret.retiresAt <= now ? secret.retiresAt : null;
    case "retired":
      return secret.retiresAt ?? secret.lapsesAt ?? now;
  }
}

function revoked(key: KeyFacts, reason: string, at: Date | null, message?: string): GatewayError {
  return new GatewayError("revoked_key", {
    ...(message ? { message } : {}),
    details: { key_id: key.keyId, reason, revoked_at: at?.toISOString() ?? null },
    logged: { secret_state: key.secret.state },
  });
}

/** When the key ended by itself, by its expiry or by a rotation that nobody claimed; null if it hasn't. */
function keyEndedAt({ expiresAt, rotationDeadlineAt, now }: KeyFacts): Date | null {
  const ends = [expiresAt, rotationDeadlineAt].filter((at) => at !== null && at <= now);
  return ends.reduce((first, at) => (first && at && first <= at ? first : at), null);
}

function judgeEnvironment({ environment }: KeyFacts, { testKeys }: GatewaySettings): void {
  if (environment === "test" && testKeys === "reject") {
    throw new GatewayError("wrong_env", {
      details: { key_environment: "test", required: "live" },
    });
  }
  if (environment === "live" && testKeys === "only") {
    throw new GatewayError("wrong_env", {
      message: "Authentication error: live key used in test mode",
      details: { key_environment: "live", required: "test" },
    });
  }
}

/** Then what the key and its workspace may do: account, address, scope (403), model (404, 403). */
export function judgePermission(
  call: Call,
  { key, model }: Facts,
  need: { scope: NeededScope; modelId: string | null },
): void {
  if (key.suspended) throw new GatewayError("suspended");
  judgeAddress(call.address, key);
  judgeScope(key, need.scope);
  if (need.modelId === null) return;
  if (!model) throw unknownModel(need.modelId);
  if (!isModelAllowed(key, model.id)) {
    throw new GatewayError("model_forbidden", {
      details: { model: model.id },
      logged: { allowed: key.modelAllowlist },
    });
  }
}

export function isAddressAllowed({ addressAllowlist }: KeyFacts, address: string): boolean {
  return (
    addressAllowlist === null ||
    addressAllowlist.some((block) => addressBlockContains(block, address))
  );
}

function judgeAddress(address: string, key: KeyFacts): void {
  if (isAddressAllowed(key, address)) return;
  throw new GatewayError("ip_forbidden", {
    details: { address },
    logged: { allowed: key.addressAllowlist },
  });
}

function judgeScope({ scopes }: KeyFacts, needed: NeededScope): void {
  if (needed === "any" ? scopes.size > 0 : scopes.has(needed) || scopes.has("admin")) return;
  const required = needed === "any" ? "read" : needed;
  throw new GatewayError("scope", {
    details: { required: [required], granted: [...scopes].sort() },
  });
}

export function isModelAllowed({ modelAllowlist }: KeyFacts, modelId: string): boolean {
  return (
    modelAllowlist === null ||
    modelAllowlist.some((pattern) => modelPatternMatches(pattern, modelId))
  );
}

export function unknownModel(modelId: string): GatewayError {
  return new GatewayError("model404", {
    message: `model: ${modelId}`,
    details: { model: modelId },
  });
}

/** What a program is told while it still uses the old secret of a rotation (RFC 9745). */
export function graceHeaders({ secret }: KeyFacts): Record<string, string> {
  if (secret.state !== "retiring" || !secret.retiresAt) return {};
  const since = secret.succeededAt;
  return {
    ...(since ? { deprecation: `@${Math.floor(since.getTime() / 1000)}` } : {}),
    "x-key-grace-until": secret.retiresAt.toISOString(),
  };
}
