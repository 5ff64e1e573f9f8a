import "server-only";
import { createHmac, randomBytes } from "node:crypto";
import { deriveKey, keysFor } from "@/lib/sealed";

/** No letter that is easily taken for another when it is written down. */
const alphabet = "23456789abcdefghjkmnpqrstvwxyz";
const letters = 10;

export const recoveryCodeCount = 10;

/** Letters without bias: bytes beyond the last whole round of the alphabet are thrown away. */
function randomLetters(count: number): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < count) {
    for (const byte of randomBytes(2 * count)) {
      if (byte < limit && text.length < count) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}

/** Ten different codes of 49 bits, as `abcde-fghjk`. */
export function makeRecoveryCodes(): string[] {
  const codes = new Set<string>();
  while (codes.size < recoveryCodeCount) {
    const text = randomLetters(letters);
    codes.add(`${text.slice(0, letters / 2)}-${text.slice(letters / 2)}`);
  }
  return [...codes];
}

/** The code as it was made, however it was typed; null for what can't be one. */
export function normalizeRecoveryCode(typed: string): string | null {
  const text = typed.toLowerCase().replaceAll(/[\s-]/g, "");
  const isOne = text.length === letters && [...text].every((letter) => alphabet.includes(letter));
  return isOne ? text : null;
}

/**
 * What is kept of a code. The hash is keyed by the deployment's secret: 49 bits alone could be searched by
 * whoever has only the database.
 */
export function hashRecoveryCode(authSecret: string, normalized: string): Buffer {
  return createHmac("sha256", deriveKey(authSecret, "recovery codes")).update(normalized).digest();
}

/** All that may be kept of a code: two while the deployment's secret is being changed. */
export function hashesOfRecoveryCode(authSecret: string, normalized: string): Buffer[] {
  return keysFor(deriveKey(authSecret, "recovery codes")).map((key) =>
    createHmac("sha256", key).update(normalized).digest(),
  );
}
