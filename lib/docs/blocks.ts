/** What a page of the documentation is made of, whatever shows it: HTML, search or plain markdown. */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "strong"; text: string }
  | { kind: "code"; text: string }
  | { kind: "link"; text: string; href: string };

export interface Sample {
  /** Unique among the samples of its block; what the reader's choice is remembered by. */
  key: string;
  label: string;
  /** Decides how the text is coloured: `bash`, `javascript`, `json`… */
  language: string;
  text: string;
}

/** Choices that hold for every block of the same kind, on every page. */
export type ChoiceKind = "language" | "shell" | "dialect" | "none";

export type Block =
  | { kind: "heading"; level: 2 | 3; id: string; text: string; inlines: Inline[] }
  | { kind: "paragraph"; inlines: Inline[] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "table"; head: string[]; rows: Inline[][][] }
  | { kind: "callout"; tone: "note" | "warning"; inlines: Inline[] }
  /** Code in one or more versions; `title` names what it is, for instance a file. */
  | { kind: "code"; title: string; choice: ChoiceKind; samples: Sample[] }
  /** A place where the program puts something in, such as a sample or the table of errors. */
  | { kind: "directive"; name: string; argument: string };

export interface Heading {
  id: string;
  text: string;
  level: 2 | 3;
}

/** The headings of a page, in order: its table of contents. */
export function headingsOf(blocks: readonly Block[]): Heading[] {
  return blocks.flatMap((block) =>
    block.kind === "heading" ? [{ id: block.id, text: block.text, level: block.level }] : [],
  );
}

/** The words of a line without its marks. */
export function textOf(inlines: readonly Inline[]): string {
  return inlines.map((inline) => inline.text).join("");
}
