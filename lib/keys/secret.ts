import { createHash, randomBytes } from "node:crypto";
import { brand } from "@/lib/brand";

/**
 * The form of a key on the wire: `PREFIX_live_` or `PREFIX_test_`, 30 random base62 characters, and the
 * CRC-32 of those 30 as 6 more. A typo is refused without a look-up, and a leaked key is recognised in
 * text. The scheme is GitHub's:
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export type KeyEnvironment = "live" | "test";

export interface MintedSecret {
  /** The only copy there is: show it once, store `hash`. */
  secret: string;
  /** The readable start, such as `gate_live`. */
  prefix: string;
  last4: string;
  /** SHA-256 of the secret, 32 bytes. */
  hash: Buffer;
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 30 × log2(62) = 178 bits: out of reach of guessing, so a fast hash is enough. */
const randomLength = 30;
const checksumLength = 6;
/** The largest multiple of 62 in a byte; what lies above would favour the first characters. */
const fairBytesMax = 248;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 (IEEE 802.3) of ASCII text; Node has its own only from 20.15 on. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc = (crc >>> 8) ^ (crcTable[(crc ^ text.charCodeAt(i)) & 0xff] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function checksumOf(random: string): string {
  let rest = crc32(random);
  let text = "";
  for (let i = 0; i < checksumLength; i++) {
    text = base62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < fairBytesMax) text += base62.charAt(byte % 62);
    }
  }
  return text;
}

/** The form as a regular expression's source; a prefix holds only lower-case letters and digits. */
function formOf(prefix: string): string {
  return `${prefix}_(live|test)_([0-9A-Za-z]{${randomLength}})([0-9A-Za-z]{${checksumLength}})`;
}

const patterns = new Map<string, RegExp>();

function matchForm(text: string, prefix: string): RegExpExecArray | null {
  let pattern = patterns.get(prefix);
  if (!pattern) {
    pattern = new RegExp(`^${formOf(prefix)}$`);
    patterns.set(prefix, pattern);
  }
  return pattern.exec(text);
}

/** Makes a new secret. Nothing else in the system ever sees it in clear. */
export function mintSecret(
  environment: KeyEnvironment,
  prefix: string = brand.keyPrefix,
): MintedSecret {
  const random = randomBase62(randomLength);
  const readable = `${prefix}_${environment}`;
  const secret = `${readable}_${random}${checksumOf(random)}`;
  return { secret, prefix: readable, last4: secret.slice(-4), hash: hashSecret(secret) };
}

/** Reads a secret's environment; null unless the form and the checksum are right. No look-up. */
export function parseSecret(
  text: string,
  prefix: string = brand.keyPrefix,
): { environment: KeyEnvironment } | null {
  const match = matchForm(text, prefix);
  if (!match) return null;
  const [, environment, random = "", checksum] = match;
  if (checksumOf(random) !== checksum) return null;
  return { environment: environment === "live" ? "live" : "test" };
}

/** Whether text has a key's form, whatever its checksum. */
export function looksLikeSecret(text: string, prefix: string = brand.keyPrefix): boolean {
  return matchForm(text, prefix) !== null;
}

/** SHA-256 of the secret: what is stored and looked up. */
export function hashSecret(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}

/** Finds keys inside longer text (logs, commits); a new global expression at every call. */
export function secretPattern(prefix: string = brand.keyPrefix): RegExp {
  return new RegExp(
    `\\b${prefix}_(?:live|test)_[0-9A-Za-z]{${randomLength + checksumLength}}\\b`,
    "g",
  );
}
