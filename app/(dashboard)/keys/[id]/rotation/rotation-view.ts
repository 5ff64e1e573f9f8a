import { readJson } from "@/app/(dashboard)/read-json";
import { fields, listOf, nullable, number, oneOf, type Shaped, text } from "@/lib/shape";

const Instant = text;

export const SecretView = fields({
  id: text,
  /** `gate_live_…3f9c` */
  masked: text,
  state: oneOf(["active", "pending", "retiring"]),
  createdAt: Instant,
  activatedAt: nullable(Instant),
  /** Of a pending secret: unused by then, it is void. */
  lapsesAt: nullable(Instant),
  /** Of a pending one: the overlap that its first use starts. */
  graceSeconds: nullable(number),
  /** Of a retiring one: the end of the overlap. */
  retiresAt: nullable(Instant),
  lastUsedAt: nullable(Instant),
  lastUsedAddress: nullable(text),
  lastUsedAgent: nullable(text),
  requestsLastHour: number,
  requestsLastDay: number,
});
export type SecretView = Shaped<typeof SecretView>;

/** The secrets that work, and how a rotation stands. */
export const RotationView = fields({
  /** The database's clock. */
  now: Instant,
  /** When the key ends whatever its secrets do. */
  keyEndsAt: nullable(Instant),
  /** What opens the door now: active, pending and retiring. */
  secrets: listOf(SecretView),
});
export type RotationView = Shaped<typeof RotationView>;

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
