import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { addCompileHints } from "@/scripts/compile-hints.mjs";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "gatehouse-hints-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const large = `console.log(${JSON.stringify("x".repeat(60_000))})`;

function build(rootMainFiles: string[]) {
  mkdirSync(join(directory, "static"));
  writeFileSync(join(directory, "static", "large.js"), large);
  writeFileSync(join(directory, "static", "small.js"), "1");
  writeFileSync(join(directory, "static", "other.js"), large);
  writeFileSync(join(directory, "build-manifest.json"), JSON.stringify({ rootMainFiles }));
}

const textOf = (name: string) => readFileSync(join(directory, "static", name), "utf8");

it("marks the large files that every page begins with, once, and no others", () => {
  build(["static/large.js", "static/small.js"]);
  expect(addCompileHints(directory)).toEqual(["static/large.js"]);
  addCompileHints(directory);
  expect(textOf("large.js")).toBe(`//# allFunctionsCalledOnLoad\n${large}`);
  expect(textOf("small.js")).toBe("1");
  expect(textOf("other.js")).toBe(large);
});

it("a build that names no such files is refused, rather than shipped without", () => {
  build([]);
  expect(() => addCompileHints(directory)).toThrow("names no files");
});
