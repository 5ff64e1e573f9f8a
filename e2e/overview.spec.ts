import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { apiUrl, createKey, signIn, signUp } from "./steps";

const databaseUrl = process.env.E2E_DATABASE_URL ?? "";

const main = (page: Page) => page.locator("#main");

test("the first steps tick as they are taken, the request by itself", async ({ page }) => {
  await signUp(page);
  await expect(page.getByText("0 of 3 steps done")).toBeVisible();
  await expect(main(page).getByText("Nothing spent in the last 7 days")).toBeVisible();
  await expect(page.getByText("No requests yet")).toBeVisible();

  const secret = await createKey(page, "First");
  await page.goto("/overview");
  await expect(page.getByText("1 of 3 steps done")).toBeVisible();
  await expect(page.getByText("Waiting for the first request…")).toBeVisible();
  const answer = await page.request.post(`${apiUrl}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${secret}` },
    data: { model: "deepseek-chat", messages: [{ role: "user", content: "Hello!" }] },
  });
  expect(answer.status()).toBe(200);
  // Nobody reloads the page.
  await expect(page.getByText("2 of 3 steps done")).toBeVisible();
  const row = page.getByRole("table", { name: "Latest requests" }).getByRole("row").nth(1);
  await expect(row).toContainText("deepseek-chat");
  await expect(row).toContainText("First");
  await expect(row.getByRole("link")).toHaveAttribute(
    "href",
    `/logs?request=${answer.headers()["x-request-id"]}`,
  );
  await expect(main(page).getByText("1 in 24 hours")).toBeVisible();
});

test("what needs a hand is told: credit, paused top-ups, a key that ends", async ({ page }) => {
  const account = await signUp(page);
  await createKey(page, "Ends soon");
  const sql = postgres(databaseUrl, { max: 1 });
  const [own] = await sql`
    select m.workspace_id as id from members m join users u on u.id = m.user_id
    where u.email = ${account.email}`;
  await sql`
    update api_keys set expires_at = now() + interval '3 days' where workspace_id = ${own?.id}`;
  await sql`
    insert into billing_profiles (workspace_id, auto_paused_reason) values (${own?.id}, 'declined')
    on conflict (workspace_id) do update set auto_paused_reason = 'declined'`;
  await sql`
    update budgets set used = "limit" - 500000000
    where workspace_id = ${own?.id} and kind = 'balance'`;
  await page.goto("/overview");
  await expect(page.getByText("$0.50 of credit left")).toBeVisible();
  await expect(page.getByText("Automatic top-ups are paused")).toBeVisible();
  await expect(page.getByText("Ends soon expires soon")).toBeVisible();
  await sql`update budgets set used = 0 where workspace_id = ${own?.id} and kind = 'balance'`;
  await sql.end();
});

for (const theme of ["light", "dark"] as const) {
  for (const [size, viewport] of [
    ["desktop", { width: 1440, height: 900 }],
    ["phone", { width: 390, height: 844 }],
  ] as const) {
    test(`the overview is accessible, fits and doesn't jump, ${size}, ${theme}`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.setViewportSize(viewport);
      await signIn(page, "demo@gatehouse.example", process.env.E2E_DEMO_PASSWORD ?? "");
      await page.addInitScript(() => {
        Object.assign(window, { shift: 0 });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            Object.assign(window, {
              shift: Reflect.get(window, "shift") + Reflect.get(entry, "value"),
            });
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      await page.goto("/overview");
      await expect(page.getByRole("table", { name: "Latest requests" })).toBeVisible();
      await expect(page.getByRole("img", { name: /^Spend by day/ })).toBeVisible();
      await expect(main(page).getByText("in 24 hours")).toBeVisible();
      expect(await page.evaluate(() => Reflect.get(window, "shift"))).toBeLessThanOrEqual(0.02);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`)).toEqual([]);
      const name = `overview-${size}-${theme}.png`;
      await page.screenshot({ path: test.info().outputPath(name), fullPage: true });
    });
  }
}
