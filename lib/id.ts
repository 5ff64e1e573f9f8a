import { randomBytes } from "node:crypto";

/** Crockford's base32, so that ids sort as they were made and survive being read aloud. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

const prefixes = {
  apiKey: "key",
  secret: "sec",
  user: "usr",
  session: "ses",
  workspace: "ws",
  request: "req",
  instance: "gw",
  budget: "bud",
  topUp: "top",
  reversal: "rev",
  creditCode: "code",
  ledgerTransaction: "txn",
  audit: "aud",
  event: "evt",
  exposure: "exp",
  generation: "gen",
  mail: "mail",
  resource: "res",
  chatCompletion: "chatcmpl",
  message: "msg",
  toolCall: "call",
} as const;

export type IdKind = keyof typeof prefixes;

function base32(value: bigint, length: number): string {
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = alphabet.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}

/**
 * A new id such as `key_01kah5v3zq8m2n4c6d7e8f9gab`: what it names, 48 bits of milliseconds, 80 random bits.
 * Ids of one kind sort by the time they were made.
 */
export function newId(kind: IdKind, now: number = Date.now()): string {
  const random = BigInt(`0x${randomBytes(10).toString("hex")}`);
  return `${prefixes[kind]}_${base32(BigInt(now), 10)}${base32(random, 16)}`;
}

/** True for text that has the form of an id of this kind; says nothing about whether it exists. */
export function isId(kind: IdKind, text: string): boolean {
  const prefix = `${prefixes[kind]}_`;
  return text.startsWith(prefix) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(prefix.length));
}
