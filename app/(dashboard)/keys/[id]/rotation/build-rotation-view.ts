import { maskedSecret } from "@/lib/keys/terms";
import "server-only";
import type { RotationView, SecretView } from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import type { KeyDetail, LiveSecret } from "@/lib/keys/detail";
import { keyEndsAt } from "@/lib/keys/status";
import type { SecretUse } from "@/lib/keys/traffic";

const iso = (at: Date | null) => at?.toISOString() ?? null;

function secretView(secret: LiveSecret, use: SecretUse | undefined): SecretView {
  return {
    id: secret.id,
    masked: maskedSecret(secret),
    state: secret.state,
    createdAt: secret.createdAt.toISOString(),
    activatedAt: iso(secret.activatedAt),
    lapsesAt: iso(secret.lapsesAt),
    graceSeconds: secret.graceSeconds,
    retiresAt: iso(secret.retiresAt),
    lastUsedAt: iso(secret.lastUsedAt),
    lastUsedAddress: secret.lastUsedAddress,
    lastUsedAgent: secret.lastUsedAgent,
    requestsLastHour: use?.lastHour ?? 0,
    requestsLastDay: use?.lastDay ?? 0,
  };
}

/** What the page shows of a rotation, and the polling route answers: no hash, and no secret. */
export function buildRotationView(key: KeyDetail, uses: readonly SecretUse[]): RotationView {
  return {
    now: key.now.toISOString(),
    keyEndsAt: iso(keyEndsAt(key)),
    secrets: key.secrets.map((secret) =>
      secretView(
        secret,
        uses.find((use) => use.secretId === secret.id),
      ),
    ),
  };
}
