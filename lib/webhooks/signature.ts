import { createHmac, randomBytes } from "node:crypto";

/*
 * Standard Webhooks, version 1, symmetric (https://www.standardwebhooks.com, specification 1.0.0).
 */

const prefix = "whsec_";
const secretBytes = 32;

/** A new signing secret as receivers are given it: `whsec_` and 256 random bits in base64. */
export function newWebhookSecret(): string {
  return `${prefix}${randomBytes(secretBytes).toString("base64")}`;
}

function sign(secret: string, content: string): string {
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
}

/** What is signed: all three are ours, and neither of the first two holds a full stop. */
export interface SignedParts {
  /** The message's id, the same for every attempt. */
  id: string;
  /** Unix seconds of this attempt. */
  timestamp: number;
  /** The exact text of the body. */
  body: string;
}

/** The value of `webhook-signature`: one signature for each secret, with spaces between. */
export function signatureHeader(secrets: readonly string[], parts: SignedParts): string {
  const content = `${parts.id}.${parts.timestamp}.${parts.body}`;
  return secrets.map((secret) => sign(secret, content)).join(" ");
}
