import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "@/scripts/paths.mjs";
import { readPlaywright, readVitest } from "@/scripts/results.mjs";

const dir = mkdtempSync(join(tmpdir(), "gatehouse-results-"));
afterAll(() => rmSync(dir, { recursive: true }));

function written(report: unknown): string {
  const file = join(dir, "report.json");
  writeFileSync(file, JSON.stringify(report));
  return file;
}

describe("Vitest's report", () => {
  it("names each failed test, and each file that could not be loaded", () => {
    const passed = { status: "passed", fullName: "sums adds", failureMessages: [] };
    const failed = {
      status: "failed",
      fullName: "sums subtracts",
      failureMessages: ["\u001b[31mexpected 1 to be 2\u001b[39m\n    at sums.test.ts:3"],
    };
    const file = written({
      numPassedTests: 1,
      testResults: [
        {
          name: join(root, "lib/sums.test.ts"),
          status: "failed",
          message: "",
          assertionResults: [passed, failed],
        },
        {
          name: join(root, "lib/broken.test.ts"),
          status: "failed",
          message: "Unexpected token",
          assertionResults: [],
        },
      ],
    });
    expect(readVitest(file)).toEqual({
      passed: 1,
      failures: [
        "lib/sums.test.ts › sums subtracts\n    expected 1 to be 2\n        at sums.test.ts:3",
        "lib/broken.test.ts\n    Unexpected token",
      ],
    });
  });

  it("says of a test that took too long that it did", () => {
    const failureMessages = ["Error: STACK_TRACE_ERROR\n    at sums.test.ts:3"];
    const slow = { status: "failed", fullName: "sums adds", failureMessages };
    const name = join(root, "lib/sums.test.ts");
    const testResults = [{ name, status: "failed", message: "", assertionResults: [slow] }];
    expect(readVitest(written({ numPassedTests: 0, testResults })).failures).toEqual([
      "lib/sums.test.ts › sums adds\n    Error: timed out\n        at sums.test.ts:3",
    ]);
  });

  it("counts nothing where none was written", () => {
    expect(readVitest(join(dir, "none.json"))).toEqual({ passed: 0, failures: [] });
  });
});

describe("Playwright's report", () => {
  it("names what failed however deep it is, what passed only in the end, and what is outside any test", () => {
    const spec = (title: string, status: string, message?: string) => ({
      ...{ title, file: "keys.spec.ts", line: 7 },
      tests: [
        {
          status,
          annotations: message ? [{ type: "page", description: "Connection closed." }] : [],
          results: [{ errors: message ? [{ message }] : [] }],
        },
      ],
    });
    const file = written({
      stats: { expected: 1 },
      suites: [
        {
          title: "keys.spec.ts",
          specs: [spec("is made", "expected"), spec("is shown", "flaky", "too late")],
          suites: [{ title: "a viewer", specs: [spec("sees it", "unexpected", "not seen")] }],
        },
      ],
      errors: [{ message: "no browser" }],
    });
    expect(readPlaywright(file)).toEqual({
      passed: 1,
      failures: [
        "keys.spec.ts:7 › is shown\n    too late\n    page: Connection closed.",
        "keys.spec.ts:7 › sees it\n    not seen\n    page: Connection closed.",
        "outside any test\n    no browser",
      ],
    });
  });
});
