import { generateSecret, generateURI, verifySync } from "otplib";

/** Seconds that a code is good for, and by how much a phone's clock may be off, either way. */
const stepSeconds = 30;

/** A new shared secret: 160 random bits in base32, as authenticator apps take it. */
export function makeTotpSecret(): string {
  return generateSecret({ length: 20 });
}

/** What the QR code says: issuer and account name, so that the app can tell its entries apart. */
export function totpAddress(secret: string, issuer: string, account: string): string {
  return generateURI({ issuer, label: account, secret });
}

/**
 * The 30-second step that a code belongs to: this one, the one before or the one after `epochSeconds`; null
 * where it belongs to none of them.
 */
export function findTotpStep(secret: string, code: string, epochSeconds: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const result = verifySync({
    strategy: "totp",
    secret,
    token: code,
    epoch: epochSeconds,
    epochTolerance: stepSeconds,
  });
  if (!result.valid) return null;
  return Math.floor(epochSeconds / stepSeconds) + result.delta;
}
