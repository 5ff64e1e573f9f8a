/** One record of a CSV file, and the line of the file that it begins on. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/** Why a file is no CSV; nothing after it can be told apart. */
export class CsvError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = "CsvError";
  }
}

/**
 * Reads CSV by RFC 4180: fields in quotes may hold commas, doubled quotes and line breaks. Lines may end in LF
 * alone, and the file may begin with a byte order mark. Empty lines are left out. Throws CsvError.
 */
export function* readCsv(text: string): Generator<CsvRecord> {
  const length = text.length;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  while (at < length) {
    const begun = line;
    const cells: string[] = [];
    for (;;) {
      if (text[at] === '"') {
        const quoted = readQuoted(text, at, line);
        cells.push(quoted.cell);
        line += quoted.lines;
        at = quoted.end;
      } else {
        const end = endOfPlain(text, at);
        const cell = text.slice(at, end);
        if (cell.includes('"')) throw new CsvError(line, "a quote in a field that isn't quoted");
        cells.push(cell);
        at = end;
      }
      if (text[at] !== ",") break;
      at++;
    }
    const rest = lineBreakAt(text, at);
    if (rest === 0 && at < length) throw new CsvError(line, "text after a quoted field");
    at += rest;
    line++;
    if (cells.length > 1 || cells[0] !== "") yield { line: begun, cells };
  }
}

function endOfPlain(text: string, from: number): number {
  let end = from;
  while (end < text.length && !/[,\r\n]/.test(text.charAt(end))) end++;
  return end;
}

function lineBreakAt(text: string, at: number): number {
  if (text[at] === "\n") return 1;
  if (text[at] !== "\r") return 0;
  return text[at + 1] === "\n" ? 2 : 1;
}

function readQuoted(text: string, from: number, line: number) {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new CsvError(line, "a quote that nothing closes");
    if (text[quote + 1] !== '"') {
      const cell = text.slice(from + 1, quote);
      const lines = cell.split(/\r\n|\r|\n/).length - 1;
      return { cell: cell.replaceAll('""', '"'), end: quote + 1, lines };
    }
    at = quote + 2;
  }
}
