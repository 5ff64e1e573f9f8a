/*
 * Reading what came from outside without a schema library, which the page would have to send to every
 * browser for a handful of fields.
 */

/** A field of a JSON object; undefined where the thing is none. */
export function fieldOf(thing: unknown, name: string | number): unknown {
  if (typeof thing !== "object" || thing === null) return undefined;
  return Object.hasOwn(thing, name) ? Reflect.get(thing, name) : undefined;
}

export function textOf(thing: unknown, name: string): string | null {
  const value = fieldOf(thing, name);
  return typeof value === "string" ? value : null;
}

export function numberOf(thing: unknown, name: string): number | null {
  const value = fieldOf(thing, name);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The value of a JSON text; null where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
