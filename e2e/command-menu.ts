import { expect, type Page } from "@playwright/test";

export const menuOf = (page: Page) => page.getByRole("dialog", { name: "Command menu" });

/** Opens the menu by its button and closes it: what has shown it listens for the shell's keys as well. */
export async function wakeKeys(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Search or jump to" }).focus();
  await page.keyboard.press("Enter");
  await expect(menuOf(page).getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(menuOf(page)).toHaveCount(0);
}

/** Types into the menu, and takes what it offers first once that is what it ought to be. */
export async function choose(page: Page, typed: string, name: string): Promise<void> {
  await menuOf(page).getByRole("combobox").fill(typed);
  await expect(menuOf(page).getByRole("option", { name, selected: true })).toBeVisible();
  await page.keyboard.press("Enter");
}
