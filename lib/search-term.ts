import { brand } from "@/lib/brand";

/**
 * A key inside other text, whole, cut or masked as `gate_live_…7tKi`, with its last four captured; also
 * a key's random part alone.
 */
const keyLike = new RegExp(
  `(?:${brand.keyPrefix}_(?:live|test)_[0-9A-Za-z.…*•]*|[0-9A-Za-z]{26,})([0-9A-Za-z]{4})`,
);

/** Controls can't be searched for, and PostgreSQL refuses NUL and half surrogates in text. */
const unsearchable = /[\p{Cc}\p{Cs}]/gu;

/** Text as it may be shown and put into an address: a key in it is reduced to its last four. */
export function hideKey(text: string): string {
  return keyLike.exec(text)?.[1] ?? text;
}

/**
 * What to search for. A pasted key is reduced to its last four, which find it just as well: the
 * search stands in the address, and there a secret must never be.
 */
export function searchTermOf(text: string): string {
  return hideKey(text.replace(unsearchable, "").trim().normalize("NFC"));
}
