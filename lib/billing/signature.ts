import { createHmac, timingSafeEqual } from "node:crypto";

/** How far a signature's time may be from ours, in either direction. */
export const signatureToleranceSeconds = 300;

const headerCharsMax = 2_000;
const signaturesMax = 8;

function digest(secret: string, timestamp: string, rawBody: Uint8Array): Buffer {
  return createHmac("sha256", secret).update(`${timestamp}.`).update(rawBody).digest();
}

/** The header of a signed event: `t=<unix seconds>,v1=<hex>`, HMAC-SHA256 over `t.body`. */
export function signEvent(secret: string, rawBody: Uint8Array, at: Date): string {
  const timestamp = Math.floor(at.getTime() / 1_000).toString();
  return `t=${timestamp},v1=${digest(secret, timestamp, rawBody).toString("hex")}`;
}

interface SignatureHeader {
  timestamp: string;
  signatures: Buffer[];
}

function parseHeader(header: string): SignatureHeader | null {
  if (header.length > headerCharsMax) return null;
  let timestamp: string | undefined;
  const signatures: Buffer[] = [];
  for (const part of header.split(",")) {
    const [name, value = ""] = part.trim().split("=", 2);
    if (name === "t") {
      if (timestamp !== undefined || !/^\d{1,12}$/.test(value)) return null;
      timestamp = value;
    }
    if (name === "v1" && /^[0-9a-f]{64}$/.test(value)) signatures.push(Buffer.from(value, "hex"));
  }
  if (timestamp === undefined || signatures.length === 0 || signatures.length > signaturesMax) {
    return null;
  }
  return { timestamp, signatures };
}

/**
 * When the event was signed, if one of the header's `v1` signatures was made over these very bytes
 * with this secret; null otherwise. Several may stand there while a secret is being changed. The age
 * is the caller's to check, with `isSignatureFresh`.
 */
export function findSigningTime(
  secret: string,
  rawBody: Uint8Array,
  header: string | null,
): Date | null {
  const parsed = header === null ? null : parseHeader(header);
  if (!parsed) return null;
  const expected = digest(secret, parsed.timestamp, rawBody);
  // Every signature is compared, so that the time taken doesn't tell which one matched.
  const isGenuine = parsed.signatures
    .map((signature) => timingSafeEqual(signature, expected))
    .includes(true);
  return isGenuine ? new Date(Number(parsed.timestamp) * 1_000) : null;
}

/** False for events from too long ago and, as Stripe's own verifier forgets, from the future. */
export function isSignatureFresh(signedAt: Date, now: Date): boolean {
  const seconds = Math.floor(now.getTime() / 1_000) - signedAt.getTime() / 1_000;
  return Math.abs(seconds) <= signatureToleranceSeconds;
}
