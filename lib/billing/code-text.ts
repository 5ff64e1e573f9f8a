import { createHash, createHmac, randomBytes } from "node:crypto";

/** Crockford's base32 in capitals: no I, L, O or U, so that a code survives being read aloud. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Sixteen of 32 characters: 80 random bits, so that one SHA-256 keeps them well. */
const groups = 4;
const groupLength = 4;
const length = groups * groupLength;

/** A new code such as `7QF3-XK2M-94TD-HV6P`. */
export function newCodeText(): string {
  return codeTextFrom(randomBytes(length));
}

/**
 * The code that a form makes, the same one however often it is sent. Without the key (32 bytes) it is as random as
 * any other, also for who knows all else about the form.
 */
export function codeTextOf(key: Uint8Array, form: string): string {
  return codeTextFrom(createHmac("sha256", key).update(form).digest());
}

/** Five bits of each byte. */
function codeTextFrom(bytes: Uint8Array): string {
  const characters = Array.from(bytes.subarray(0, length), (byte) =>
    alphabet.charAt(byte % alphabet.length),
  );
  return Array.from({ length: groups }, (_, i) =>
    characters.slice(i * groupLength, (i + 1) * groupLength).join(""),
  ).join("-");
}

/**
 * A code as it was typed, in its one form, without dashes: any case, spaces and dashes (also those that word
 * processors make) anywhere, and the letters that are read for digits. Null where it can't be a code.
 */
export function normalizeCode(typed: string): string | null {
  const plain = typed
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  const isCode = plain.length === length && [...plain].every((each) => alphabet.includes(each));
  return isCode ? plain : null;
}

/** What the database keeps of a normalised code. */
export function hashCode(normalized: string): Buffer {
  return createHash("sha256").update(normalized).digest();
}
