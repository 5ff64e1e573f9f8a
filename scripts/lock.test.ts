import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { tryLock } from "./lock.mjs";
import { markProcess } from "./processes.mjs";

const directory = mkdtempSync(join(tmpdir(), "gatehouse-lock-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("a lock has one holder, and leaves nothing when it is released", () => {
  const file = join(directory, "a");
  const lock = tryLock(file);
  expect(lock.holder).toBeUndefined();
  expect(tryLock(file).holder).toEqual(markProcess(process.pid));
  if (!lock.holder) lock.release();
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  ["a dead process", JSON.stringify({ pid: 2 ** 22 + 1, startedAt: "1" })],
  ["another process that got the pid since", JSON.stringify({ pid: process.pid, startedAt: "1" })],
  ["a crash in the middle of writing", "{"],
])("the lock of %s is taken over", (_name, content) => {
  const file = join(directory, "b");
  writeFileSync(file, content);
  const lock = tryLock(file);
  expect(lock.holder).toBeUndefined();
  if (!lock.holder) lock.release();
});
