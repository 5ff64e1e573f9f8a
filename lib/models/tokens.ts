/**
 * The simulated models' tokeniser: a token is up to six letters or digits, or one other character,
 * with up to 32 characters of white space before it. Counting and cutting use the same rule, so they
 * always agree.
 */
const token = /\s{0,32}(?:[\p{L}\p{N}]{1,6}|[^\s\p{L}\p{N}])|\s{1,32}/gu;

/** Cuts a text into its tokens; joined they are the text again. */
export function splitTokens(text: string): string[] {
  return text.match(token) ?? [];
}

/** How many tokens a text has; stops looking beyond `max`, because long texts take long to count. */
export function countTokens(text: string, max = Number.POSITIVE_INFINITY): number {
  let count = 0;
  for (const _ of text.matchAll(token)) if (++count > max) break;
  return count;
}
