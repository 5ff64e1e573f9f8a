import { z } from "zod";

/** Longest display name, in characters as people see them (grapheme clusters). */
export const displayNameGraphemesMax = 64;

/** More than any 64 real graphemes need; longer text isn't worth segmenting. */
const unitsMax = 1_024;

/**
 * What a list can't show or what would let one name pass for another: controls, line separators, half
 * surrogates, and everything invisible (bidi overrides and isolates, zero-width characters, fillers).
 */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Emoji are drawn with a selector and, between pictures, a joiner; there neither hides anything. */
const emojiJoin =
  /(\p{Extended_Pictographic}|\p{Emoji_Modifier}|[#*0-9])\u{FE0F}?\u{20E3}?(?:\u{200D}(?=\p{Extended_Pictographic}))?/gu;

/** Something to see; the blank Braille pattern counts as a symbol but is empty. */
const visible = /(?!\u{2800})[\p{L}\p{N}\p{P}\p{S}]/u;

/** Five marks on one base is decoration that climbs over the neighbouring rows. */
const pileOfMarks = /\p{M}{5}/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What is wrong with a trimmed, normalised name, as a sentence for its field; null when nothing is. */
function findNameProblem(name: string, graphemesMax: number): string | null {
  if (name === "") return "Enter a name.";
  if (hidden.test(name.replace(emojiJoin, "$1"))) {
    return "Remove the line breaks, invisible or direction-changing characters.";
  }
  if (!visible.test(name)) return "Use at least one visible character.";
  if (pileOfMarks.test(name)) return "Use at most four accents on one letter.";
  if ([...graphemes.segment(name)].length > graphemesMax) {
    return `Use at most ${graphemesMax} characters.`;
  }
  return null;
}

/**
 * A line that is shown as it was typed, markup included. Trimmed and in NFC; at least one and at most `graphemesMax`
 * graphemes, nothing invisible.
 */
export function shownLine(graphemesMax: number): z.ZodType<string, string> {
  return z
    .string({ error: "Enter a name." })
    .max(unitsMax, { error: `Use at most ${graphemesMax} characters.`, abort: true })
    .trim()
    .normalize("NFC")
    .superRefine((name, context) => {
      const problem = findNameProblem(name, graphemesMax);
      if (problem) context.addIssue({ code: "custom", message: problem });
    });
}

/** A name that people give to something: a key, a workspace, themselves. */
export const DisplayName: z.ZodType<string, string> = shownLine(displayNameGraphemesMax);
