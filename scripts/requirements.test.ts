import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { describeRequirements, findProofs, requirementsFile } from "@/scripts/requirements.mjs";

const rows = findProofs().flatMap((part) => part.rows);

it.each(rows.map((row) => [row.id, row.files]))("%s has a test that names it", (_id, files) => {
  expect(files.length).toBeGreaterThan(0);
});

it("docs/requirements.md lists exactly the tests there are", () => {
  expect(readFileSync(requirementsFile, "utf8")).toBe(describeRequirements());
});
