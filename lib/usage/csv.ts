import { brand } from "@/lib/brand";
import { type CsvNumber, csvLine, csvStart } from "@/lib/csv";
import { nanosToDecimal } from "@/lib/money";
import { addMs, hourMs } from "@/lib/time";
import type { UsagePlan } from "@/lib/usage/buckets";
import type { UsageExportRow } from "@/lib/usage/export-queries";
import { latencyOf } from "@/lib/usage/latency";
import type { UsageGroup } from "@/lib/usage/schema";
import { wallClock, zonedIso } from "@/lib/usage/zone";

const groupColumns: Record<UsageGroup, readonly string[]> = {
  none: [],
  key: ["Key", "Key id"],
  model: ["Model"],
  endpoint: ["Endpoint"],
  status: ["Status"],
};

const figureColumns = [
  "Requests",
  "Errors",
  "Tokens in",
  "Tokens out",
  "Cost (USD)",
  "Approximate p50 (ms)",
  "Approximate p95 (ms)",
];

/** The first line, with the mark that spreadsheets know UTF-8 by. */
export function usageCsvHead(group: UsageGroup): string {
  return csvStart + csvLine(["Start", "End", ...groupColumns[group], ...figureColumns]);
}

function groupCells(group: UsageGroup, row: UsageExportRow): string[] {
  switch (group) {
    case "none":
      return [];
    case "key":
      return [row.label, row.groupId];
    case "model":
    case "endpoint":
      return [row.groupId];
    case "status":
      return [`${row.groupId}xx`];
  }
}

function number(value: bigint | string): CsvNumber {
  return { number: value.toString() };
}

/** One line: instants in the zone's own time, dollars with every digit, counts whole. */
export function usageCsvLine(
  { zone }: Pick<UsagePlan, "zone">,
  group: UsageGroup,
  row: UsageExportRow,
): string {
  const latency = latencyOf(row.latencyCounts);
  const ms = (value: number | undefined) => (value === undefined ? "" : number(value.toFixed(1)));
  return csvLine([
    zonedIso(zone, row.bucket.start),
    zonedIso(zone, row.bucket.end),
    ...groupCells(group, row),
    number(row.requests),
    number(row.errors),
    number(row.inputTokens),
    number(row.outputTokens),
    number(nanosToDecimal(row.costNanos)),
    ms(latency?.p50Ms),
    ms(latency?.p95Ms),
  ]);
}

/** `gatehouse-usage-2026-10-23-to-2026-11-21-by-model.csv`. */
export function usageCsvName(plan: UsagePlan, group: UsageGroup): string {
  const company = brand.name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const first = wallClock(plan.zone, plan.from).day;
  const last = wallClock(plan.zone, addMs(plan.until, -hourMs)).day;
  return `${company}-usage-${first}-to-${last}${group === "none" ? "" : `-by-${group}`}.csv`;
}
