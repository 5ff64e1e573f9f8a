import { expect, test } from "vitest";
import { exportRanges } from "@/app/(dashboard)/billing/export-ranges";

test.each([
  ["2026-01-31", ["2026-01-01", "2026-01-31"], ["2025-12-01", "2025-12-31"]],
  ["2028-03-01", ["2028-03-01", "2028-03-01"], ["2028-02-01", "2028-02-29"]],
  ["2026-12-31", ["2026-12-01", "2026-12-31"], ["2026-11-01", "2026-11-30"]],
])("on %s this month is %j and last month %j", (today, thisMonth, lastMonth) => {
  const [first, second] = exportRanges(today);
  expect([first?.from, first?.to]).toEqual(thisMonth);
  expect([second?.from, second?.to]).toEqual(lastMonth);
});
