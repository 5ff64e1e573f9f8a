import { expect, type Page, test } from "@playwright/test";
import { revisit, visit } from "./arrive";
import { apiUrl, createKey, enterDemo, readNanos, signUp } from "./steps";
import { inspect, lookAt, nameOf, sizeNames } from "./sweep";

async function openDemo(page: Page, path: string): Promise<void> {
  await enterDemo(page);
  await visit(page, path);
  await expect(rows(page).first()).toBeVisible();
}

function rows(page: Page) {
  return page.locator("tr[data-request]");
}

function send(page: Page, secret: string, model: string, more: Record<string, unknown> = {}) {
  return page.request.post(`${apiUrl}/v1/chat/completions`, {
    headers: { authorization: `Bearer ${secret}` },
    data: { model, messages: [{ role: "user", content: "Hello" }], max_tokens: 16, ...more },
  });
}

/** A refusal is logged once its caller has it. */
async function untilLogged(page: Page, count: number): Promise<void> {
  await expect
    .poll(async () => (await (await page.request.get("/api/logs")).json()).rows?.length)
    .toBe(count);
}

test("an answered request shows what it cost, a refused one why and the way out", async ({
  page,
}) => {
  await signUp(page);
  await visit(page, "/logs");
  await expect(page.getByRole("heading", { name: "No requests yet" })).toBeVisible();
  const secret = await createKey(page, "Robot");
  const answered = await send(page, secret, "deepseek-chat");
  expect(answered.status()).toBe(200);
  const refused = await send(page, secret, "gpt-4", { n: 100, max_tokens: 4_000 });
  expect(refused.status()).toBe(402);

  await untilLogged(page, 2);
  await visit(page, "/logs");
  await expect(rows(page)).toHaveCount(2);
  const row = rows(page).filter({ hasText: "deepseek-chat" });
  await expect(row).toContainText("Robot");
  // A press anywhere on the row opens it.
  await row.getByText("ms").click();
  const drawer = page.getByRole("dialog");
  const cost = drawer.locator("tfoot td[data-nanos]");
  await expect(cost).toBeVisible();
  const charged = answered.headers()["x-request-cost"] ?? "";
  await expect(cost).toHaveText(`$${charged}`);
  expect(await readNanos(cost)).toBeGreaterThan(0n);
  await expect(drawer.getByRole("listitem")).toHaveCount(4);
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
  await expect(page).toHaveURL("/logs");
  await expect(row.getByRole("link", { name: "POST" })).toBeFocused();

  // Why was I refused? By the id, whatever else was pasted with it.
  const id = refused.headers()["x-request-id"] ?? "";
  await page.getByLabel("Request id").fill(`x-request-id: ${id}`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/logs?request=${id}`);
  await expect(drawer).toContainText("The balance didn’t cover this request");
  const body = await drawer.getByRole("region", { name: /Error body/ }).textContent();
  expect(JSON.parse(body ?? "")).toEqual(await refused.json());
  await drawer.getByRole("link", { name: "Top up" }).click();
  await expect(page).toHaveURL(/\/billing\?add=1/);
  await page.goBack();
  await expect(drawer).toContainText("The balance didn’t cover this request");
});

test("a request is opened, read and closed by keyboard and by Back, and the link survives a reload", async ({
  page,
}) => {
  await openDemo(page, "/logs");
  const link = rows(page)
    .nth(2)
    .getByRole("link", { name: /^(POST|GET)/ });
  const id = await rows(page).nth(2).getAttribute("data-request");
  await link.focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog", { name: "Request" });
  await expect(drawer.getByRole("heading", { name: "Steps" })).toBeVisible();
  await expect(page).toHaveURL(`/logs?request=${id}`);
  await page.goBack();
  await expect(drawer).toHaveCount(0);
  await expect(page).toHaveURL("/logs");
  await expect(link).toBeFocused();
  await page.goForward();
  await expect(drawer.getByRole("heading", { name: "Steps" })).toBeVisible();
  await revisit(page);
  await expect(drawer.getByRole("heading", { name: "Steps" })).toBeVisible();
  await drawer.getByRole("button", { name: "Close" }).click();
  await expect(drawer).toHaveCount(0);
  await expect(page).toHaveURL("/logs");
});

test("P14 another workspace's request is as unknown as one that never was", async ({
  page,
  browser,
}) => {
  const other = await browser.newPage();
  await openDemo(other, "/logs");
  const id = await rows(other).first().getAttribute("data-request");
  await other.close();
  await signUp(page);
  const answers = await Promise.all(
    [id, "req_01kah5v3zq8m2n4c6d7e8f9gab"].map(async (one) => {
      const answer = await page.request.get(`/api/logs/${one}`);
      const { error } = await answer.json();
      return { status: answer.status(), code: error.code, message: error.message };
    }),
  );
  expect(answers[0]).toMatchObject({ status: 404, code: "NOT_FOUND" });
  expect(answers[0]).toEqual(answers[1]);
  await visit(page, `/logs?request=${id}`);
  await expect(page.getByRole("dialog")).toContainText("There is no such request here");
});

test("filters stand in the address, Back undoes one, and they are cleared together", async ({
  page,
}) => {
  await openDemo(page, "/logs");
  await page.getByLabel("Status", { exact: true }).selectOption("4");
  await expect(page).toHaveURL("/logs?status=4");
  const statuses = rows(page).locator("td:nth-child(2)");
  await expect(statuses.filter({ hasText: /^4\d\d$/ })).not.toHaveCount(0);
  await expect(statuses.filter({ hasNotText: /^4\d\d$/ })).toHaveCount(0);
  await page.getByLabel("Model", { exact: true }).selectOption("glm-4.7");
  await expect(page).toHaveURL("/logs?status=4&model=glm-4.7");
  await page.goBack();
  await expect(page).toHaveURL("/logs?status=4");
  await expect(page.getByLabel("Model", { exact: true })).toHaveValue("");
  await visit(page, "/logs?status=503&model=no-such-model");
  await expect(page.getByRole("heading", { name: "No request matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL("/logs");
  await expect(rows(page)).toHaveCount(50);
});

test("older and newer pages join without a gap", async ({ page }) => {
  await openDemo(page, "/logs");
  const idsOf = () =>
    rows(page).evaluateAll((found) => found.map((row) => row.getAttribute("data-request")));
  const first = await idsOf();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/before=/);
  await expect(rows(page).first()).not.toHaveAttribute("data-request", first[0] ?? "");
  const second = await idsOf();
  expect(second.filter((id) => first.includes(id))).toEqual([]);
  await page.getByRole("link", { name: "Newer" }).click();
  await expect(rows(page).first()).toHaveAttribute("data-request", first[0] ?? "");
  expect(await idsOf()).toEqual(first);
});

test("K13 an address of nonsense shows the newest requests", async ({ page }) => {
  await openDemo(
    page,
    "/logs?status=9xx&key=%00&model=%01&endpoint=&env=x&range=1y&from=x&tz=Mars&before=x&after=%27&live=2",
  );
  await expect(rows(page)).toHaveCount(50);
  await expect(page.getByRole("button", { name: "Clear filters" })).toHaveCount(0);
});

test("live puts new requests in at the top, and behind a button while rows are read", async ({
  page,
}) => {
  await signUp(page);
  const secret = await createKey(page, "Robot");
  await send(page, secret, "deepseek-chat");
  await untilLogged(page, 1);
  await visit(page, "/logs");
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("switch", { name: "Live" }).check();
  await expect(page).toHaveURL("/logs?live=1");
  await send(page, secret, "glm-4.7");
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText("glm-4.7");
  await rows(page).first().hover();
  await send(page, secret, "gpt-4");
  const more = page.getByRole("button", { name: "1 new request" });
  await expect(more).toBeVisible();
  await expect(rows(page)).toHaveCount(2);
  await more.click();
  await expect(rows(page).first()).toContainText("gpt-4");
  await revisit(page);
  await expect(page.getByRole("switch", { name: "Live" })).toBeChecked();
});

test("a read that fails is told with its reference and tried again", async ({ page }) => {
  await openDemo(page, "/logs");
  const error = { code: "INTERNAL", message: "Something went wrong.", requestId: "req_shown" };
  await page.route("**/api/logs/*", (route) => route.fulfill({ status: 500, json: { error } }));
  await rows(page)
    .first()
    .getByRole("link", { name: /^(POST|GET)/ })
    .click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText("req_shown")).toBeVisible();
  await page.unroute("**/api/logs/*");
  await drawer.getByRole("button", { name: "Try again" }).click();
  await expect(drawer.getByRole("heading", { name: "Steps" })).toBeVisible();
});

for (const size of sizeNames) {
  test(`every view of the log is accessible and fits, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    await openDemo(page, "/logs?status=4");
    const refused = await rows(page).first().getAttribute("data-request");
    for (const [path, shown] of [
      ["/logs", "Request id"],
      ["/logs?live=1&env=test", "Live"],
      ["/logs?range=custom&status=503&model=none", "No request matches"],
      [`/logs?request=${refused}`, "Steps"],
      ["/logs?request=req_01kah5v3zq8m2n4c6d7e8f9gab", "There is no such request here"],
    ] as const) {
      await visit(page, path);
      const place = page.getByText(shown).or(page.getByLabel(shown)).first();
      await expect(place).toBeAttached();
      if (path.includes("request="))
        await expect(page.getByRole("heading", { level: 3 }).first()).toBeVisible();
      await inspect(page, nameOf(path.replace(/req_\w+/, shown)), size);
    }
  });
}
