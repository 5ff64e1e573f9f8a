/**
 * The simulated models' tokeniser: a token is up to six letters or digits, or one other character,
 * with the white space before it. Counting and cutting use the same rule, so they always agree.
 */
const token = /\s*(?:[\p{L}\p{N}]{1,6}|[^\s\p{L}\p{N}])|\s+/gu;

/** Cuts a text into its tokens; joined they are the text again. */
export function splitTokens(text: string): string[] {
  return text.match(token) ?? [];
}

export function countTokens(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(token)) count++;
  return count;
}
