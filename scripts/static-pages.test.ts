import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("no action has the built pages made anew: that would bring back the scripts taken out of them", () => {
  const names = readdirSync("app", { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => /\.tsx?$/.test(name)).map((name) => join("app", name));
  const paths = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/revalidatePath\(\s*"([^"]*)"/g)].map((m) => m[1]),
  );
  expect(paths).toContain("/billing");
  for (const path of paths) expect(path).toMatch(/^\/(billing|keys|settings|webhooks)(\/|$)/);
});
