import { type Block, type Inline, textOf } from "@/lib/docs/blocks";

/**
 * Reads the small part of Markdown that the documentation is written in: headings of two levels,
 * paragraphs, lists of one level, tables, quotes as callouts, fences for text that isn't a program,
 * and lines of the form `@name argument` for what the program fills in. Anything else is an error, so
 * that no mark ever reaches a reader.
 */
export interface Document {
  title: string;
  /** The paragraph below the title: what the page answers. */
  description: string;
  blocks: Block[];
}

const startsBlock = /^(#{1,3} |- |\d+\. |\||> |```|@[a-z])/;

export function parseDocument(source: string): Document {
  const lines = source.split("\n");
  const reader = new Reader(lines);
  const title = /^# (.+)$/.exec(reader.next())?.[1];
  if (!title) throw new Error("a page starts with its title: # Title");
  const blocks = reader.readBlocks();
  const [first, ...rest] = blocks;
  if (first?.kind !== "paragraph") throw new Error(`${title}: a title is followed by a paragraph`);
  return { title, description: textOf(first.inlines), blocks: rest };
}

/** Reads blocks alone, for texts that are made by the program. */
export function parseBlocks(source: string): Block[] {
  return new Reader(source.split("\n")).readBlocks();
}

class Reader {
  private at = 0;

  constructor(private readonly lines: readonly string[]) {}

  next(): string {
    return this.lines[this.at++] ?? "";
  }

  readBlocks(): Block[] {
    const blocks: Block[] = [];
    while (this.at < this.lines.length) {
      if (this.peek().trim() === "") this.at++;
      else blocks.push(this.readBlock());
    }
    return blocks;
  }

  private peek(): string {
    return this.lines[this.at] ?? "";
  }

  private readBlock(): Block {
    const line = this.peek();
    const heading = /^(##|###) (.+)$/.exec(line);
    if (heading?.[1] && heading[2]) {
      this.at++;
      return headingOf(heading[1] === "##" ? 2 : 3, heading[2]);
    }
    const directive = /^@([a-z-]+)(?: (\S+))?$/.exec(line);
    if (directive?.[1]) {
      this.at++;
      return { kind: "directive", name: directive[1], argument: directive[2] ?? "" };
    }
    if (line.startsWith("```")) return this.readFence();
    if (line.startsWith("|")) return this.readTable();
    if (line.startsWith("> ")) return this.readCallout();
    if (line.startsWith("- ")) return this.readList(false, /^- /);
    if (/^\d+\. /.test(line)) return this.readList(true, /^\d+\. /);
    if (startsBlock.test(line)) throw new Error(`not understood: ${line}`);
    return { kind: "paragraph", inlines: parseInline(this.readWrapped()) };
  }

  /** A line and those that carry it on. */
  private readWrapped(): string {
    const words = [this.next().trim()];
    while (this.peek().trim() !== "" && !startsBlock.test(this.peek())) {
      words.push(this.next().trim());
    }
    return words.join(" ");
  }

  private readFence(): Block {
    const [, language = "text", title = ""] = /^```([a-z]*) ?(.*)$/.exec(this.next()) ?? [];
    const lines: string[] = [];
    while (this.at < this.lines.length && this.peek() !== "```") lines.push(this.next());
    if (this.next() !== "```") throw new Error("a fence isn't closed");
    const sample = { key: language, label: language, language, text: lines.join("\n") };
    return { kind: "code", title, choice: "none", samples: [sample] };
  }

  private readTable(): Block {
    const rows: string[][] = [];
    while (this.peek().startsWith("|")) rows.push(cellsOf(this.next()));
    const [head = [], rule = [], ...body] = rows;
    if (!rule.every((cell) => /^-+$/.test(cell)))
      throw new Error("a table has a rule below its head");
    for (const row of body) {
      if (row.length !== head.length) throw new Error(`a row has ${row.length} cells: ${row}`);
    }
    return { kind: "table", head, rows: body.map((row) => row.map(parseInline)) };
  }

  private readCallout(): Block {
    const words: string[] = [];
    while (this.peek().startsWith("> ")) words.push(this.next().slice(2).trim());
    const text = words.join(" ");
    const isWarning = text.startsWith("[!WARNING] ");
    return {
      kind: "callout",
      tone: isWarning ? "warning" : "note",
      inlines: parseInline(text.replace(/^\[!WARNING\] /, "")),
    };
  }

  private readList(ordered: boolean, mark: RegExp): Block {
    const items: Inline[][] = [];
    while (mark.test(this.peek())) {
      items.push(parseInline(this.readWrapped().replace(mark, "")));
    }
    return { kind: "list", ordered, items };
  }
}

/** Cells of a table's line; `\|` is a bar within one. */
function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

export function headingOf(level: 2 | 3, source: string): Block {
  const inlines = parseInline(source);
  const text = textOf(inlines);
  return { kind: "heading", level, id: slugOf(text), text, inlines };
}

/** The anchor of a heading: lower-case words joined by hyphens. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-|-$/g, "");
}

const mark = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

export function parseInline(source: string): Inline[] {
  const inlines: Inline[] = [];
  let end = 0;
  for (const match of source.matchAll(mark)) {
    if (match.index > end) inlines.push({ kind: "text", text: source.slice(end, match.index) });
    end = match.index + match[0].length;
    const [, code, strong, text, href] = match;
    if (code !== undefined) inlines.push({ kind: "code", text: code });
    else if (strong !== undefined) inlines.push({ kind: "strong", text: strong });
    else if (text !== undefined && href !== undefined) inlines.push({ kind: "link", text, href });
  }
  if (end < source.length) inlines.push({ kind: "text", text: source.slice(end) });
  return inlines;
}
