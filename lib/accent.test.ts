import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { accentCss, accentFrom, contrastOf, describeVariant, plainAccent } from "@/lib/accent";

const grounds = {
  light: ["#ffffff", "#fafafa", "#f4f4f5"],
  dark: ["#0b0b0d", "#101013", "#141417", "#19191c"],
} as const;

/** The same colours at each run: a failure can be had again. */
function randomColors(count: number): string[] {
  let state = 0x2545f491;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return `#${(state >>> 8).toString(16).padStart(6, "0")}`;
  });
}

const corners = ["00", "80", "ff"].flatMap((r) =>
  ["00", "80", "ff"].flatMap((g) => ["00", "80", "ff"].map((b) => `#${r}${g}${b}`)),
);

/** Hue in degrees of a colour that has one, by way of HSV: good enough to tell red from blue. */
function hueOf(color: string): number | null {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  const span = most - least;
  if (span < 60) return null;
  const sixth = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span;
  return (sixth * 60 + 360) % 360;
}

it("contrast is WCAG's: black on white is 21, and the grey that just passes is known", () => {
  expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrastOf("#ffffff", "#000000")).toBeCloseTo(21, 5);
  expect(contrastOf("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  expect(contrastOf("#777777", "#ffffff")).toBeLessThan(4.5);
});

it("every colour becomes an accent that can be read as text, under text and on its own tint, in both themes", () => {
  for (const color of [...corners, ...randomColors(1_500)]) {
    const pair = accentFrom(color);
    if (!pair) throw new Error(`${color} has no accent`);
    for (const theme of ["light", "dark"] as const) {
      const { accent, hover, foreground, soft } = pair[theme];
      for (const shade of [accent, hover, foreground, soft])
        expect(shade).toMatch(/^#[0-9a-f]{6}$/);
      for (const ground of grounds[theme]) {
        expect(contrastOf(accent, ground), `${color} ${theme} ${ground}`).toBeGreaterThanOrEqual(
          4.5,
        );
      }
      expect(contrastOf(foreground, accent), `${color} ${theme}`).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(foreground, hover), `${color} ${theme} hover`).toBeGreaterThanOrEqual(4.5);
      expect(contrastOf(accent, soft), `${color} ${theme} soft`).toBeGreaterThanOrEqual(4.5);
      expect(hover, `${color} ${theme}`).not.toBe(accent);
    }
  }
});

it("what is readable already is used as it was chosen", () => {
  expect(accentFrom("#2b5bd7")?.light).toMatchObject({ accent: "#2b5bd7", movedBy: 0 });
  expect(accentFrom("#7AA2FF")?.dark).toMatchObject({ accent: "#7aa2ff", movedBy: 0 });
});

it("lightness moves only as far as it must: a little less and text couldn't be read", () => {
  for (const color of randomColors(300)) {
    const pair = accentFrom(color);
    for (const theme of ["light", "dark"] as const) {
      const variant = pair?.[theme];
      if (!variant || variant.movedBy === 0) continue;
      expect(Math.sign(variant.movedBy), color).toBe(theme === "light" ? -1 : 1);
      // One step of lightness changes the contrast by less than this.
      expect(variant.contrastOnPage, `${color} ${theme}`).toBeLessThan(4.7);
    }
  }
});

it("the hue stays what was chosen", () => {
  for (const color of ["#ff0000", "#00a000", "#0000ff", "#c000c0", "#ff8800"]) {
    const hue = hueOf(color) ?? Number.NaN;
    for (const { accent } of Object.values(accentFrom(color) ?? {})) {
      const found = hueOf(accent);
      if (found === null) continue;
      const apart = Math.abs(((found - hue + 540) % 360) - 180);
      expect(apart, `${color} became ${accent}`).toBeLessThan(30);
    }
  }
});

it.each([
  "",
  "red",
  "#fff",
  "#12345",
  "#12345g",
  "#1234567",
  "2b5bd7",
  "#2b5bd7}:root{",
  "rgb(1,2,3)",
])("%s is no colour and is refused", (text) => {
  expect(accentFrom(text)).toBeNull();
});

it("says what was done", () => {
  const pair = accentFrom("#ffee00");
  if (!pair) throw new Error("yellow has an accent");
  expect(describeVariant(pair.light)).toMatch(
    /^Darkened by \d+\.\d points of lightness\. 4\.5\d:1 on the page, \d+\.\d\d:1 under text\.$/,
  );
  expect(describeVariant(pair.dark)).toMatch(/^Used as chosen\./);
});

it("its rules set the four colours in both themes and nothing else", () => {
  const pair = accentFrom("#2b5bd7");
  if (!pair) throw new Error("blue has an accent");
  expect(accentCss(pair)).toMatch(
    /^:root:root\{(--accent(-hover|-fg|-soft)?:#[0-9a-f]{6};?){4}\}:root\.dark\{(--accent(-hover|-fg|-soft)?:#[0-9a-f]{6};?){4}\}$/,
  );
});

it("the colours of the style sheet are said as it has them", () => {
  const sheet = readFileSync("app/globals.css", "utf8");
  for (const { accent, hover, foreground, soft } of Object.values(plainAccent)) {
    const rules = `--accent: ${accent};\n  --accent-hover: ${hover};\n  --accent-fg: ${foreground};\n  --accent-soft: ${soft};`;
    expect(sheet).toContain(rules);
  }
});
