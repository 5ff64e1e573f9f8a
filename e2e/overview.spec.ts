import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { visit, visitQuiet } from "./arrive";
import { apiUrl, createKey, enterDemo, signUp } from "./steps";
import { expectStill, inspect, lookAt, sizeNames, watchShifts } from "./sweep";

const databaseUrl = process.env.E2E_DATABASE_URL ?? "";

const main = (page: Page) => page.locator("#main");

test("the first steps tick as they are taken, the request by itself", async ({ page }) => {
  await signUp(page);
  await visit(page, "/overview");
  await expect(page.getByText("0 of 3 steps done")).toBeVisible();
  await expect(main(page).getByText("Nothing spent in the last 7 days")).toBeVisible();
  await expect(page.getByText("No requests yet")).toBeVisible();

  const secret = await createKey(page, "First");
  await visit(page, "/overview");
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
  await visit(page, "/overview");
  await expect(page.getByText("$0.50 of credit left")).toBeVisible();
  await expect(page.getByText("Automatic top-ups are paused")).toBeVisible();
  await expect(page.getByText("Ends soon expires soon")).toBeVisible();
  await sql`update budgets set used = 0 where workspace_id = ${own?.id} and kind = 'balance'`;
  await sql.end();
});

for (const size of sizeNames) {
  test(`the overview is accessible, fits and doesn't jump, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    await enterDemo(page);
    const shift = await watchShifts(page);
    await visitQuiet(page, "/overview");
    await expect(page.getByRole("table", { name: "Latest requests" })).toBeVisible();
    await expect(page.getByRole("img", { name: /^Spend by day/ })).toBeVisible();
    await expect(main(page).getByText("in 24 hours")).toBeVisible();
    await expectStill(shift(), "/overview");
    await inspect(page, "overview", size);
  });
}
