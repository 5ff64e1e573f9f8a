import { expect, test } from "vitest";
import { buildExport } from "@/app/(dashboard)/billing/transactions.csv/build-export";
import type { StatementLine } from "@/lib/billing/statement";

const now = new Date("2026-11-21T10:00:00.123Z");

const line: StatementLine = {
  id: "txn_1",
  kind: "adjustment",
  description: '=HYPERLINK("https://evil.test","a, b")',
  topUpId: null,
  at: new Date("2026-11-20T09:00:00Z"),
  usage: null,
  amountNanos: -1n,
  balanceAfterNanos: 24_999_999_999n,
};

test("K02 an export is UTF-8 with a mark, RFC 4180 lines, exact amounts and no formulas", async () => {
  const { filename, body } = buildExport(
    { now, lines: [line], unposted: { amountNanos: -9n, balanceAfterNanos: 24_999_999_990n } },
    { from: null, to: null },
  );
  expect(filename).toBe("gatehouse-transactions-2026-11-20-to-2026-11-21.csv");
  const bytes = new Uint8Array(await new Response(body).arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(new TextDecoder().decode(bytes).split("\r\n")).toEqual([
    "Date (UTC),Type,Description,Amount (USD),Balance after (USD),Transaction",
    "2026-11-21T10:00:00.123Z,Usage,Usage not yet posted,-0.000000009,24.99999999,",
    `2026-11-20T09:00:00.000Z,Adjustment,"'=HYPERLINK(""https://evil.test"",""a, b"")",-0.000000001,24.999999999,txn_1`,
    "",
  ]);
});

test("a file of many lines holds each of them once", async () => {
  const lines = Array.from({ length: 1_201 }, (_, i) => ({ ...line, id: `txn_${i}` }));
  const { body } = buildExport(
    { now, lines, unposted: null },
    { from: "2026-01-01", to: "2026-12-31" },
  );
  const rows = (await new Response(body).text()).trimEnd().split("\r\n").slice(1);
  expect(rows.map((row) => row.split(",").at(-1))).toEqual(lines.map(({ id }) => id));
});
