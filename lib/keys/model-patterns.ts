/** A model's name, or the start of one before a `*` at the end; nothing else is special. */
export const modelPatternForm = /^(?=.)[A-Za-z0-9][A-Za-z0-9._:/-]*\*?$/;

export const modelPatternMax = 128;

/** Whether a pattern of a key's list covers a model. */
export function modelPatternMatches(pattern: string, model: string): boolean {
  return pattern.endsWith("*") ? model.startsWith(pattern.slice(0, -1)) : pattern === model;
}

/** Whether every model that `inner` covers is covered by `outer`. */
export function modelPatternContains(outer: string, inner: string): boolean {
  if (!outer.endsWith("*")) return outer === inner;
  const start = outer.slice(0, -1);
  return (inner.endsWith("*") ? inner.slice(0, -1) : inner).startsWith(start);
}
