import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import {
  brand,
  brandMarks,
  brandOf,
  deployment,
  noChoice,
  setBrandChoice,
  wordsOf,
} from "@/lib/brand";

afterEach(() => {
  setBrandChoice(noChoice);
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const presets = ["agcloud", "agin", "a2agent", "embercloud"] as const;
const paper = { light: "#ffffff", dark: "#0b0b0d" };

/** WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

it.each(presets)("%s: its key prefix has the form that keys allow", (name) => {
  expect(brandOf(name).keyPrefix).toMatch(/^[a-z0-9]+$/);
});

it.each(presets)("%s: its accent can be read as text, under text, and on its own tint", (name) => {
  const { accent } = brandOf(name);
  if (!accent) throw new Error("a preset has an accent");
  for (const theme of ["light", "dark"] as const) {
    const shades = accent[theme];
    expect(contrast(shades.accent, paper[theme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shades.foreground, shades.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shades.foreground, shades.hover)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shades.accent, shades.soft)).toBeGreaterThanOrEqual(4.5);
  }
});

it("no brand, an empty one and its own name are Gatehouse", () => {
  expect(brandOf(undefined).name).toBe("Gatehouse");
  expect(brandOf("")).toEqual(brandOf("gatehouse"));
});

it.each(["AGIN", "constructor", "__proto__", "acme"])(
  "%s is refused, with the names there are",
  (name) => {
    expect(() => brandOf(name)).toThrow(/agcloud, agin, a2agent, embercloud/);
  },
);

it("what is chosen is read at the next look, in every copy of the module", async () => {
  expect(brand.name).toBe(deployment.name);
  setBrandChoice({ ...noChoice, name: "Acme", supportEmail: "help@acme.example" });
  vi.resetModules();
  const copy = await import("@/lib/brand");
  for (const one of [brand, copy.brand]) {
    expect([one.name, one.supportEmail]).toEqual(["Acme", "help@acme.example"]);
    expect(one.keyPrefix).toBe(deployment.keyPrefix);
  }
});

it("while pages are built there are marks, and no accent that would stay in them", () => {
  setBrandChoice({ ...noChoice, name: "Acme" });
  vi.stubEnv("NEXT_PHASE", "phase-production-build");
  expect([brand.name, brand.supportEmail]).toEqual([brandMarks.name, brandMarks.supportEmail]);
  expect(brand.accent).toBeNull();
});

it("a browser says what its page says", async () => {
  const dataset = { brandName: "Acme", brandSupport: "help@acme.example" };
  vi.stubGlobal("window", {});
  vi.stubGlobal("document", { documentElement: { dataset } });
  vi.resetModules();
  const inBrowser = (await import("@/lib/brand")).brand;
  expect([inBrowser.name, inBrowser.supportEmail]).toEqual(["Acme", "help@acme.example"]);
  expect(inBrowser.logoHref).toBeNull();
  dataset.brandName = "Other";
  expect(inBrowser.name).toBe("Other");
});

it.each([
  ["Acme", "Acme", "acme"],
  ["Acme Inc.", "AcmeInc", "acme-inc"],
  ["株式会社", "Api", "api"],
  ["1Two", "Api1Two", "1two"],
])("%s is %s in code and %s as a file", (name, joined, dashed) => {
  expect(wordsOf(name)).toEqual({ joined, dashed });
});

/** Statements at the beginning of a line that end up as a value: what they hold is read once. */
const kept =
  /^(?:export )?const [^\n]*=(?!>)(?![^;]*?=>)(?![^;]*?\bfunction\b)[^;]*?\bbrand\.(?:name|tagline|supportEmail|accent|logoHref|apiOrigin|appOrigin)\b/gm;

it("nothing keeps what an operator may change in a constant of a module", () => {
  expect('const a = "A " + brand.name;'.match(kept)).not.toBeNull();
  expect("export const a = {\n  b: brand.supportEmail,\n};".match(kept)).not.toBeNull();
  const found = ["app", "components", "lib"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
      .map((name) => join(folder, name))
      .filter((file) => readFileSync(file, "utf8").search(kept) !== -1),
  );
  expect(found).toEqual([]);
});
