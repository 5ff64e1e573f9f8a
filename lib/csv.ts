/** Spreadsheets take a text that begins with one of these for a formula, and run it. */
const startsFormula = /^[=+\-@\t\r]/;

/** A number of ours, such as an amount: it is written as it is, a leading minus included. */
export interface CsvNumber {
  number: string;
}

function cellOf(cell: string | CsvNumber): string {
  if (typeof cell !== "string") return cell.number;
  const text = startsFormula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Without it spreadsheets read UTF-8 as the local code page. */
export const csvStart = "\uFEFF";

/** One line of CSV by RFC 4180, its line break included; texts can't be taken for formulas. */
export function csvLine(cells: ReadonlyArray<string | CsvNumber>): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}
