import { join } from "node:path";
import { expect, test } from "vitest";
import { findPgTools } from "@/scripts/pg-tools.mjs";
import { run } from "@/scripts/processes.mjs";

/** Needs PostgreSQL's own dump programs, which npm doesn't bring. */
test.runIf(findPgTools() !== null)(
  "a dump that was taken under load comes back whole: tables, books, keys and open requests",
  async () => {
    const { code, output } = await run(process.execPath, [join("scripts", "drill.mjs")], {});
    expect(code, output).toBe(0);
    expect(output).toContain("every table is as it was");
    expect(output.match(/the books are in order/g)).toHaveLength(2);
    expect(output).toMatch(
      /[1-9]\d* requests that were open are settled, and a key of before works/,
    );
    expect(output).toContain("The drill is passed.");
  },
  180_000,
);
