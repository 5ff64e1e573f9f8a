import { expect, it } from "vitest";
import { brandOf } from "@/lib/brand";

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
