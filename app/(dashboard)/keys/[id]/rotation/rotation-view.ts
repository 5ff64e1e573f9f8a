import { z } from "zod";
import { readJson } from "@/app/(dashboard)/read-json";

const Instant = z.iso.datetime();

export const SecretView = z.object({
  id: z.string(),
  /** `gate_live_…3f9c` */
  masked: z.string(),
  state: z.enum(["active", "pending", "retiring"]),
  createdAt: Instant,
  activatedAt: Instant.nullable(),
  /** Of a pending secret: unused by then, it is void. */
  lapsesAt: Instant.nullable(),
  /** Of a pending one: the overlap that its first use starts. */
  graceSeconds: z.number().int().nullable(),
  /** Of a retiring one: the end of the overlap. */
  retiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
  lastUsedAddress: z.string().nullable(),
  lastUsedAgent: z.string().nullable(),
  requestsLastHour: z.number().int(),
  requestsLastDay: z.number().int(),
});
export type SecretView = z.infer<typeof SecretView>;

/** The secrets that work, and how a rotation stands. */
export const RotationView = z.object({
  /** The database's clock. */
  now: Instant,
  /** When the key ends whatever its secrets do. */
  keyEndsAt: Instant.nullable(),
  /** What opens the door now: active, pending and retiring. */
  secrets: z.array(SecretView),
});
export type RotationView = z.infer<typeof RotationView>;

export type RotationPhase =
  /** One secret, and nothing under way. */
  | { name: "none"; current: SecretView | undefined }
  /** The new secret waits for its first use. */
  | { name: "pending"; next: SecretView; current: SecretView | undefined }
  /** Both work, until the old one retires. */
  | { name: "overlap"; current: SecretView; old: SecretView };

/** What the secrets amount to. */
export function rotationPhase({ secrets }: RotationView): RotationPhase {
  const current = secrets.find(({ state }) => state === "active");
  const next = secrets.find(({ state }) => state === "pending");
  const old = secrets.find(({ state }) => state === "retiring");
  if (next) return { name: "pending", next, current };
  if (old && current) return { name: "overlap", current, old };
  return { name: "none", current };
}

/** Whether the old secret has been idle since the new one took over. */
export function isSafeToRetire(old: SecretView, current: SecretView): boolean {
  if (!current.activatedAt) return false;
  return !old.lastUsedAt || Date.parse(old.lastUsedAt) <= Date.parse(current.activatedAt);
}

/** How the key's rotation stands now. Throws a ReadError. */
export function readRotation(keyId: string, signal: AbortSignal): Promise<RotationView> {
  return readJson(RotationView, `/keys/${keyId}/rotation`, signal);
}
