import { GatewayError, invalidFields } from "@/lib/gateway/errors";

/** Beyond this a text isn't read as JSON at all; up to `depthMax` it is a request one can talk about. */
const readableDepthMax = 1_000;
const depthMax = 64;
/** More values than any real request has, and few enough to look at each within milliseconds. */
const valuesMax = 200_000;

/** It drops one byte order mark; a second one is not JSON. */
const decoder = new TextDecoder("utf-8", { fatal: true });

export interface ParsedBody {
  value: unknown;
  /** No way to write the same values has more bytes, but for characters that must be escaped. */
  bytesMax: number;
}

/** What a scan has seen beside what is wrong. */
interface Seen {
  exponents: number;
  escapes: number;
}

/** `1e20` is written as 21 digits: an exponent makes that much more, at most. */
const exponentBytes = 20;
/** `\u4f60` is written in three bytes at most. */
const escapeBytes = 3;

/**
 * Parses a body strictly: UTF-8 with at most one byte order mark, no duplicate names (the meter and
 * the upstream must see the same model), no nesting beyond any real request. Throws json, and param for
 * what is JSON but can't be carried.
 */
export function parseJson(bytes: Uint8Array): ParsedBody {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw notJson(null);
  }
  const seen: Seen = { exponents: 0, escapes: 0 };
  const problem = scan(text, seen);
  if (problem !== null) throw notJson(problem);
  try {
    const value = refuseBadText(JSON.parse(text));
    const saved = seen.escapes * escapeBytes - seen.exponents * exponentBytes;
    return { value, bytesMax: bytes.length - saved };
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw notJson(position === undefined ? null : Number(position));
  }
}

/** The same for the value alone. */
export function parseJsonBody(bytes: Uint8Array): unknown {
  return parseJson(bytes).value;
}

function notJson(position: number | null): GatewayError {
  return new GatewayError("json", { details: { position } });
}

/** The position of a duplicate name, or of what is too deep or too much; null where all is well. */
function scan(text: string, seen: Seen): number | null {
  const names: (Set<string> | null)[] = [];
  let expectsName = false;
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) {
      const start = i;
      i = endOfString(text, i, seen);
      const open = names[names.length - 1];
      if (!expectsName || !open) continue;
      const name = text.slice(start, i + 1);
      // Names can be spelt with escapes; only then the slower way.
      const key = name.includes("\\") ? unescapeName(name) : name;
      if (open.has(key)) return start;
      open.add(key);
      expectsName = false;
    } else if (c === 0x7b || c === 0x5b) {
      names.push(c === 0x7b ? new Set() : null);
      if (names.length > readableDepthMax) return i;
      expectsName = c === 0x7b;
    } else if (c === 0x7d || c === 0x5d) {
      names.pop();
      expectsName = false;
    } else if (c === 0x2c) {
      if (++values > valuesMax) return i;
      expectsName = names[names.length - 1] !== null;
    } else if (c === 0x65 || c === 0x45) {
      // The one in `true` and `false` follows no digit; counting it would do no harm.
      seen.exponents += isDigit(text.charCodeAt(i - 1)) ? 1 : 0;
    }
  }
  return null;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function endOfString(text: string, start: number, seen: Seen): number {
  let i = start + 1;
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x22) return i;
    if (c !== 0x5c) continue;
    i++;
    if (text.charCodeAt(i) === 0x75) seen.escapes++;
  }
  return i;
}

function unescapeName(name: string): string {
  try {
    return JSON.stringify(JSON.parse(name));
  } catch {
    return name;
  }
}

const hiddenNames = ["__proto__", "constructor", "prototype"];

/** Segments that a path keeps when what it leads to is nested too deeply to be spelt out. */
const segmentsMax = 4;

/** Refuses what nothing behind can carry: lone surrogates, NUL, prototype names, deep nesting. */
function refuseBadText(root: unknown): unknown {
  const todo: { value: unknown; path: string; depth: number }[] = [
    { value: root, path: "", depth: 0 },
  ];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { value, path, depth } = next;
    if (depth > depthMax) {
      const start = path.split(".").slice(0, segmentsMax).join(".");
      throw badField(start, `is nested more than ${depthMax} levels deep`);
    }
    if (typeof value === "string") {
      refuseBadCharacters(value, path);
    } else if (Array.isArray(value)) {
      value.forEach((item, i) => {
        todo.push({ value: item, path: path === "" ? `${i}` : `${path}.${i}`, depth: depth + 1 });
      });
    } else if (value !== null && typeof value === "object") {
      for (const [name, item] of Object.entries(value)) {
        const itemPath = path === "" ? name : `${path}.${name}`;
        if (hiddenNames.includes(name)) throw badField(itemPath, "is not allowed");
        refuseBadCharacters(name, path);
        todo.push({ value: item, path: itemPath, depth: depth + 1 });
      }
    }
  }
  return root;
}

function refuseBadCharacters(text: string, path: string): void {
  if (!text.isWellFormed()) throw badField(path, "has an unpaired surrogate");
  if (text.includes("\u0000")) throw badField(path, "has a NUL character");
}

function badField(path: string, message: string): GatewayError {
  return invalidFields([{ path: path === "" ? "$" : path, code: "invalid_value", message }]);
}
