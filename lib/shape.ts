/**
 * Checks of what our own routes answer to our own pages, for the browser: a few lines that say what a value
 * looks like, in the place of a library of 40 kB. What comes from anybody else is parsed by zod on the
 * server.
 */
export interface Shape<T> {
  /** Whether a value has this shape. */
  is(value: unknown): value is T;
  /** The same in zod's words, so that either can be asked. */
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/** The type of what has a shape. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

function shape<T>(is: (value: unknown) => value is T): Shape<T> {
  return {
    is,
    safeParse: (value) => (is(value) ? { success: true, data: value } : { success: false }),
  };
}

export const text = shape((value): value is string => typeof value === "string");
export const flag = shape((value): value is boolean => typeof value === "boolean");
export const number = shape((value): value is number => Number.isFinite(value));

/** Text that a pattern allows. */
export function textLike(pattern: RegExp): Shape<string> {
  return shape((value): value is string => typeof value === "string" && pattern.test(value));
}

/** A whole number of any size as text, because JSON numbers end at 2^53. */
export const whole: Shape<string> = textLike(/^\d+$/);

/** One of some words. */
export function oneOf<const Word extends string>(words: readonly Word[]): Shape<Word> {
  return shape((value): value is Word => words.some((word) => word === value));
}

export function nullable<T>(inner: Shape<T>): Shape<T | null> {
  return shape((value): value is T | null => value === null || inner.is(value));
}

export function listOf<T>(inner: Shape<T>): Shape<T[]> {
  return shape((value): value is T[] => Array.isArray(value) && value.every(inner.is));
}

/** Either of two shapes. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return shape((value): value is A | B => first.is(value) || second.is(value));
}

/** An object with these fields, and whatever else. */
export function fields<Shapes extends Record<string, Shape<unknown>>>(
  shapes: Shapes,
): Shape<{ [Name in keyof Shapes]: Shaped<Shapes[Name]> }> {
  type Fields = { [Name in keyof Shapes]: Shaped<Shapes[Name]> };
  const entries = Object.entries(shapes);
  return shape((value): value is Fields => {
    if (typeof value !== "object" || value === null) return false;
    const own = new Map(Object.entries(value));
    return entries.every(([name, inner]) => inner.is(own.get(name)));
  });
}
