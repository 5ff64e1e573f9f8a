import { kindLabels } from "@/lib/billing/kinds";
import type { ExportedStatement, StatementLine } from "@/lib/billing/statement";
import { brand } from "@/lib/brand";
import { csvLine, csvStart } from "@/lib/csv";
import { nanosToDecimal } from "@/lib/money";

const columns = [
  "Date (UTC)",
  "Type",
  "Description",
  "Amount (USD)",
  "Balance after (USD)",
  "Transaction",
];

const linesPerChunk = 500;

export interface ExportedFile {
  filename: string;
  body: ReadableStream<Uint8Array>;
}

/** The file of one export: newest line first, as on the page, and every amount exact. */
export function buildExport(
  statement: ExportedStatement,
  range: { from: string | null; to: string | null },
): ExportedFile {
  return { filename: nameOf(statement, range), body: streamOf(linesOf(statement)) };
}

function nameOf(
  { lines, now }: ExportedStatement,
  range: { from: string | null; to: string | null },
): string {
  const from = range.from ?? dayOf(lines.at(-1)?.at ?? now);
  const company = brand.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${company}-transactions-${from}-to-${range.to ?? dayOf(now)}.csv`;
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function* linesOf({ lines, unposted, now }: ExportedStatement): Generator<string> {
  yield csvStart + csvLine(columns);
  if (unposted) {
    yield csvLine([
      now.toISOString(),
      kindLabels.usage,
      "Usage not yet posted",
      { number: nanosToDecimal(unposted.amountNanos) },
      { number: nanosToDecimal(unposted.balanceAfterNanos) },
      "",
    ]);
  }
  for (const line of lines) yield lineOf(line);
}

function lineOf(line: StatementLine): string {
  return csvLine([
    line.at.toISOString(),
    kindLabels[line.kind],
    line.usage ? `Usage on ${line.usage.day}` : line.description,
    { number: nanosToDecimal(line.amountNanos) },
    { number: nanosToDecimal(line.balanceAfterNanos) },
    line.id,
  ]);
}

/** Made as the reader takes it, so that a long file isn't in memory twice. */
function streamOf(lines: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      let chunk = "";
      for (let i = 0; i < linesPerChunk; i++) {
        const { value, done } = lines.next();
        if (done) {
          if (chunk) controller.enqueue(encoder.encode(chunk));
          return controller.close();
        }
        chunk += value;
      }
      controller.enqueue(encoder.encode(chunk));
    },
  });
}
