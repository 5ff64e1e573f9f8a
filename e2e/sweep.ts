import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { quiet, visitQuiet } from "./arrive";

/** The widths that each page and state is looked at in. */
export const sizes = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
};
export type Size = keyof typeof sizes;
export const sizeNames: readonly Size[] = ["desktop", "phone"];

/** What a theme decides of accessibility; all else is the same markup. */
const colorRules = ["color-contrast", "link-in-text-block"];

/** The builder would put in twice as much of it, twice for each look. */
const axeSource = readFileSync(
  createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright")).resolve(
    "axe-core/axe.min.js",
  ),
  "utf8",
);

async function violationsOf(page: Page, rules: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const axe = new AxeBuilder({ page, axeSource: "true" }).exclude("nextjs-portal");
  // The pages are one frame each, so axe needs no page of its own to put its findings together.
  axe.setLegacyMode(true);
  // What passes needn't be described.
  axe.options({ resultTypes: ["violations"], preload: false });
  if (rules.length > 0) axe.withRules([...rules]);
  const { violations } = await axe.analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}

/** What is shown now is fit for assistive technology. */
export async function expectAccessible(page: Page, what = page.url()): Promise<void> {
  await quiet(page);
  expect(await violationsOf(page, []), what).toEqual([]);
}

export async function expectNoSidewaysScroll(page: Page, what = page.url()): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
  // Code and tables may, each in a frame of its own.
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('[role$="dialog"], [role$="dialog"] *')]
      .filter((part) => part.scrollWidth > part.clientWidth)
      .filter((part) => /auto|scroll/.test(getComputedStyle(part).overflowX))
      .filter((part) => !part.querySelector(":scope > pre, :scope > table"))
      .map((part) => `${part.tagName} ${part.ariaLabel ?? part.className}`),
  );
  expect(cut, `${what} has a dialog that scrolls sideways`).toEqual([]);
}

/** Sets what a sweep looks with: the width, light at first, and nothing that moves. */
export async function lookAt(page: Page, size: Size): Promise<void> {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize(sizes[size]);
}

/**
 * Looks at what is shown, in light and in dark: it doesn't scroll sideways, axe finds nothing, and a
 * picture of it is kept. The theme follows the system's, so the page isn't opened twice; in the dark axe
 * looks at what is a matter of colour.
 */
export async function inspect(page: Page, state: string, size: Size): Promise<void> {
  await quiet(page);
  for (const theme of ["light", "dark"] as const) {
    const name = `${state}-${size}-${theme}`;
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator("html")).toHaveClass(
      theme === "dark" ? /\bdark\b/ : /^(?!.*\bdark\b)/,
    );
    await expectNoSidewaysScroll(page, name);
    expect(await violationsOf(page, theme === "dark" ? colorRules : []), name).toEqual([]);
    // As JPEG: a long page as PNG takes seconds to write.
    const path = test.info().outputPath(`${name}.jpg`);
    await page.screenshot({ path, type: "jpeg", quality: 80, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light" });
}

export interface Shifts {
  /** As browsers score it: https://web.dev/articles/cls */
  sum: number;
  /** What moved, from where to where and when, for whoever has to find out why. */
  moved: string;
}

/** Adds up how far things move on each page that is opened from now on, but for what the reader sets off. */
export async function watchShifts(page: Page): Promise<() => Promise<Shifts>> {
  await page.addInitScript(() => {
    interface Shift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
    }
    const shifts: Shift[] = [];
    const placeOf = ({ x, y, width, height }: DOMRect) => `${x},${y} ${width}×${height}`;
    Object.assign(window, {
      tellShifts: () => ({
        sum: shifts.reduce((sum, { value }) => sum + value, 0),
        moved: shifts
          .flatMap(({ startTime, value, sources }) =>
            sources.map(({ node, previousRect, currentRect }) => {
              const name = `${node?.nodeName} “${node?.textContent?.slice(0, 40)}”`;
              const way = `${placeOf(previousRect)} → ${placeOf(currentRect)}`;
              return `${Math.round(startTime)} ms, ${value.toFixed(4)}: ${name} ${way}`;
            }),
          )
          .join("\n"),
      }),
    });
    new PerformanceObserver((list) => {
      const entries = list.getEntries() as Shift[];
      shifts.push(...entries.filter(({ hadRecentInput }) => !hadRecentInput));
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => (Reflect.get(window, "tellShifts") as () => Shifts)());
}

/** What was opened has kept its place, as far as the requirement goes. */
export async function expectStill(told: Promise<Shifts>, what: string): Promise<void> {
  const { sum, moved } = await told;
  expect(sum, `${what} moved:\n${moved}`).toBeLessThanOrEqual(0.02);
}

/** A page's address as the name of its pictures. */
export function nameOf(path: string): string {
  return path === "/" ? "landing" : path.slice(1).replace(/\W+/g, "-");
}

/** Opens an address and looks at its page. */
export async function inspectPage(
  page: Page,
  path: string,
  size: Size,
  state = nameOf(path),
): Promise<void> {
  await visitQuiet(page, path);
  await expect(page.getByRole("heading").or(page.getByRole("dialog")).first()).toBeVisible();
  await inspect(page, state, size);
}
