import { createHash } from "node:crypto";

/**
 * A strong entity tag: another body has another one (RFC 9110, 8.8.3).
 * @param {Buffer} body as it is sent, coding and all
 */
export function etagOf(body) {
  return `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
}
