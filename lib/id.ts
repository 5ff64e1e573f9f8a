import { randomFillSync } from "node:crypto";

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
  mailToken: "tok",
  invitation: "inv",
  supportView: "view",
  resource: "res",
  webhookEndpoint: "we",
  webhookMessage: "msg",
  webhookDelivery: "dlv",
  chatCompletion: "chatcmpl",
  message: "msg",
  toolCall: "call",
} as const;

export type IdKind = keyof typeof prefixes;

const randomLength = 16;
const timeLength = 10;

/** Random bytes for many ids: asking for few at a time costs more than the rest of an id. */
const pool = new Uint8Array(randomLength * 512);
let drawn = pool.length;

/** 80 random bits: five of each byte. */
function randomText(): string {
  if (drawn === pool.length) {
    randomFillSync(pool);
    drawn = 0;
  }
  let text = "";
  for (const end = drawn + randomLength; drawn < end; drawn++) {
    text += alphabet.charAt((pool[drawn] ?? 0) & 31);
  }
  return text;
}

function timeText(now: number): string {
  let rest = now;
  let text = "";
  for (let i = 0; i < timeLength; i++) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/**
 * A new id such as `key_01kah5v3zq8m2n4c6d7e8f9gab`: what it names, 48 bits of milliseconds, 80 random bits.
 * Ids of one kind sort by the time they were made.
 */
export function newId(kind: IdKind, now: number = Date.now()): string {
  return `${prefixes[kind]}_${timeText(now)}${randomText()}`;
}

/** True for text that has the form of an id of this kind; says nothing about whether it exists. */
export function isId(kind: IdKind, text: string): boolean {
  const prefix = `${prefixes[kind]}_`;
  return text.startsWith(prefix) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(prefix.length));
}

/** When an id was made, by the clock of the process that made it; null for what isn't one. */
export function madeAt(kind: IdKind, id: string): Date | null {
  if (!isId(kind, id)) return null;
  const time = id.slice(prefixes[kind].length + 1).slice(0, timeLength);
  return new Date([...time].reduce((ms, digit) => ms * 32 + alphabet.indexOf(digit), 0));
}
