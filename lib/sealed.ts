import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;

/** What the deployment's other secret makes of the same purposes, by the keys that its first one makes. */
const otherKeys = new Map<string, Buffer>();

function derive(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "gatehouse", purpose, 32));
}

/**
 * A key for one purpose, made of the deployment's secret (HKDF, RFC 5869): 32 bytes. While the secret is being
 * changed (AUTH_SECRET_PREVIOUS), what belongs to the other one opens as well.
 */
export function deriveKey(secret: string, purpose: string): Buffer {
  const key = derive(secret, purpose);
  const { AUTH_SECRET, AUTH_SECRET_PREVIOUS: other } = process.env;
  if (other && secret === AUTH_SECRET)
    otherKeys.set(key.toString("base64"), derive(other, purpose));
  return key;
}

/** All keys that stand for this one: itself, and while the secret is being changed the other's. */
export function keysFor(key: Uint8Array): Uint8Array[] {
  const other = otherKeys.get(Buffer.from(key).toString("base64"));
  return other ? [key, other] : [key];
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

/**
 * Decrypts what `seal` made; null where the key, the context or the bytes are others. While the deployment's
 * secret is being changed, what was made under the other one opens too.
 */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): Buffer | null {
  for (const one of keysFor(key)) {
    const plain = unsealUnder(one, sealed, context);
    if (plain) return plain;
  }
  return null;
}

/** The same under this very key. */
export function unsealUnder(key: Uint8Array, sealed: Uint8Array, context: string): Buffer | null {
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
