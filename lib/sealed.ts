import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;

/** A key for one purpose, made of the deployment's secret (HKDF, RFC 5869): 32 bytes. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "gatehouse", purpose, 32));
}

/** The key that the credentials of upstreams are encrypted under. */
export function credentialKeyOf(secret: string): Buffer {
  return deriveKey(secret, "upstream credentials");
}

/** What an upstream's credential belongs to: it opens for its own upstream only. */
export function credentialContext(upstreamId: string): string {
  return `upstream ${upstreamId}`;
}

/**
 * Encrypts with AES-256-GCM. `context` names what the text belongs to; it isn't stored, and opening
 * under another one fails, so that a row can't be passed off as its neighbour.
 */
export function seal(key: Uint8Array, plain: Uint8Array, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Decrypts what `seal` made; null where the key, the context or the bytes are others. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): Buffer | null {
  if (sealed.length < nonceBytes + tagBytes) return null;
  const nonce = sealed.subarray(0, nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    const body = decipher.update(sealed.subarray(nonceBytes + tagBytes));
    return Buffer.concat([body, decipher.final()]);
  } catch {
    return null;
  }
}
