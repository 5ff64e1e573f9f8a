import type { IncomingMessage } from "node:http";
import { GatewayError } from "@/lib/gateway/errors";
import { looksLikeSecret, parseSecret } from "@/lib/keys/secret";

/** Names under which people try to send keys in the URL; they end up in logs and histories there. */
const queryNames = new Set([
  "api_key",
  "apikey",
  "api-key",
  "access_token",
  "key",
  "token",
  "authorization",
  "x-api-key",
]);

/** Without the blanks at both ends. By hand: a pattern would look at a long run of them again and again. */
function trimBlanks(text: string): string {
  const isBlank = (at: number) => text[at] === " " || text[at] === "\t";
  let [start, end] = [0, text.length];
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return text.slice(start, end);
}

/** All that was sent under a name in lower case: `headers` keeps the first of some, and silently. */
export function headerValues(
  { rawHeaders }: Pick<IncomingMessage, "rawHeaders">,
  name: string,
): string[] {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const other = rawHeaders[i] ?? "";
    if (other.length !== name.length || other.toLowerCase() !== name) continue;
    values.push(trimBlanks(rawHeaders[i + 1] ?? ""));
  }
  return values;
}

function refuseKeyInQuery(url: string): void {
  const query = url.indexOf("?");
  if (query < 0) return;
  for (const [name, value] of new URLSearchParams(url.slice(query + 1))) {
    if (queryNames.has(name.toLowerCase()) || looksLikeSecret(value)) {
      throw new GatewayError("key_in_query");
    }
  }
}

function fromAuthorization(value: string): string {
  const match = /^(\S+)[ \t]+(\S+)$/.exec(value);
  if (match?.[1]?.toLowerCase() === "bearer" && match[2]) return match[2];
  // One document tells its readers to send the bare key; anything else bare is a mistake.
  if (looksLikeSecret(value)) return value;
  throw malformed();
}

const malformed = () =>
  new GatewayError("bad_auth_header", { details: { header: "Authorization" } });

/**
 * The caller's key, from `Authorization` (RFC 6750; the bare key is accepted) or `x-api-key`, its form
 * and checksum verified without a look-up. Where both are sent, `Authorization` decides, unless the
 * other is a different key of ours: two credentials are refused (RFC 6750 §2).
 * Keys that were imported begin with one of `importedPrefixes`. Throws missing_key, bad_auth_header, invalid_key, key_in_query.
 */
export function readCredential(
  request: Pick<IncomingMessage, "url" | "rawHeaders">,
  importedPrefixes: readonly string[] = [],
): string {
  refuseKeyInQuery(request.url ?? "");
  const isThere = (value: string) => value !== "";
  const authorizations = headerValues(request, "authorization").filter(isThere);
  const apiKeys = headerValues(request, "x-api-key").filter(isThere);
  if (authorizations.length > 1 || apiKeys.length > 1) throw malformed();
  const [authorization] = authorizations;
  const [apiKey] = apiKeys;
  if (authorization === undefined && apiKey === undefined) {
    throw new GatewayError("missing_key", { details: { header: "Authorization" } });
  }
  if (authorization === undefined) return requireForm(apiKey ?? "", importedPrefixes);
  const token = fromAuthorization(authorization);
  if (apiKey !== undefined && apiKey !== token && looksLikeSecret(apiKey)) throw malformed();
  return requireForm(token, importedPrefixes);
}

/** Visible ASCII without the marks that only damaged or encoded tokens have (RFC 6750 b64token). */
const tokenForm = /^[A-Za-z0-9._~+/-]+=*$/;

const importedLengthMax = 512;

function requireForm(token: string, importedPrefixes: readonly string[]): string {
  if (!tokenForm.test(token)) throw malformed();
  if (parseSecret(token) || hasImportedForm(token, importedPrefixes)) return token;
  throw new GatewayError("invalid_key");
}

/** Keys of another system have no checksum: only a look-up tells them from others that begin like them. */
function hasImportedForm(token: string, importedPrefixes: readonly string[]): boolean {
  if (token.length > importedLengthMax || looksLikeSecret(token)) return false;
  return importedPrefixes.some((prefix) => token.startsWith(prefix));
}
