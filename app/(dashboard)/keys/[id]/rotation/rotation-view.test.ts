import { expect, test } from "vitest";
import {
  isSafeToRetire,
  rotationPhase,
  type SecretView,
} from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";

function secret(state: SecretView["state"], change: Partial<SecretView> = {}): SecretView {
  return {
    ...{ id: `sec_${state}`, masked: "gate_live_…3f9c", state },
    createdAt: "2026-11-21T10:00:00.000Z",
    ...{ activatedAt: null, lapsesAt: null, graceSeconds: null, retiresAt: null },
    ...{ lastUsedAt: null, lastUsedAddress: null, lastUsedAgent: null },
    ...{ requestsLastHour: 0, requestsLastDay: 0 },
    ...change,
  };
}

const phaseOf = (...secrets: SecretView[]) =>
  rotationPhase({ now: "2026-11-21T12:00:00.000Z", keyEndsAt: null, secrets }).name;

test("the secrets that work say how the rotation stands", () => {
  expect(phaseOf(secret("active"))).toBe("none");
  expect(phaseOf(secret("pending"), secret("active"))).toBe("pending");
  expect(phaseOf(secret("active"), secret("retiring"))).toBe("overlap");
});

test("an old secret is safe to retire once nothing has used it since the new one took over", () => {
  const current = secret("active", { activatedAt: "2026-11-21T11:00:00.000Z" });
  const usedAt = (lastUsedAt: string | null) => secret("retiring", { lastUsedAt });
  expect(isSafeToRetire(usedAt(null), current)).toBe(true);
  expect(isSafeToRetire(usedAt("2026-11-21T10:59:59.000Z"), current)).toBe(true);
  expect(isSafeToRetire(usedAt("2026-11-21T11:00:00.001Z"), current)).toBe(false);
  expect(isSafeToRetire(usedAt(null), secret("active"))).toBe(false);
});
