import type { IncomingMessage } from "node:http";
import { GatewayError } from "@/lib/gateway/errors";

/** The strong entity tag of a version: `"7"`. */
export function entityTag(version: string | number): string {
  return `"${version}"`;
}

interface TagList {
  any: boolean;
  tags: { weak: boolean; tag: string }[];
}

/** Reads `*` or a list of entity tags (RFC 9110 §8.8.3); what isn't one is left out and so matches nothing. */
function readTags(header: string): TagList {
  if (header.trim() === "*") return { any: true, tags: [] };
  const tags = [...header.matchAll(/(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g)];
  return {
    any: false,
    tags: tags.map(([, weak, tag]) => ({ weak: weak !== undefined, tag: tag ?? "" })),
  };
}

function headerOf(request: IncomingMessage, name: "if-match" | "if-none-match"): TagList | null {
  const value = request.headers[name];
  return value === undefined ? null : readTags(value);
}

/**
 * Compares a change's `If-Match` and `If-None-Match` with the tag of what there is (RFC 9110 §13).
 * Call it where nothing can change in between: under the row's lock. `If-Match` compares strongly, so a
 * weak tag never matches. Throws precond with `details.current`.
 */
export function checkPreconditions(request: IncomingMessage, current: string): void {
  const match = headerOf(request, "if-match");
  if (match && !match.any && !match.tags.some(({ weak, tag }) => !weak && tag === current)) {
    throw failed(current);
  }
  const noneMatch = headerOf(request, "if-none-match");
  if (noneMatch && (noneMatch.any || noneMatch.tags.some(({ tag }) => tag === current))) {
    throw failed(current);
  }
}

function failed(current: string): GatewayError {
  return new GatewayError("precond", { headers: { etag: current }, details: { current } });
}

/** True where a reader has this very version already: 304 is the answer (RFC 9110 §13.1.2). */
export function isUnmodified(request: IncomingMessage, current: string): boolean {
  const noneMatch = headerOf(request, "if-none-match");
  if (!noneMatch) return false;
  // Readers compare weakly: W/"7" and "7" name the same.
  const plain = current.replace(/^W\//, "");
  return noneMatch.any || noneMatch.tags.some(({ tag }) => tag === plain);
}
