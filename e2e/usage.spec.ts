import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { revisit, visit, visitQuiet } from "./arrive";
import { apiUrl, createKey, enterDemo, readBalanceNanos, readNanos, signUp } from "./steps";
import { inspect, lookAt, nameOf, sizeNames } from "./sweep";

/** The totals under the table of figures, by column. */
async function readTotals(page: Page): Promise<bigint[]> {
  const cells = page
    .getByRole("region", { name: /^Cost by the (day|hour)$/ })
    .locator("tfoot td[data-nanos]");
  const nanos = await cells.evaluateAll((found) =>
    found.map((cell) => cell.getAttribute("data-nanos")),
  );
  return nanos.map((text) => BigInt(text ?? ""));
}

async function openDemo(page: Page, path: string): Promise<void> {
  await enterDemo(page);
  await visit(page, path);
  await expect(page.getByRole("slider")).toBeVisible();
}

test("D9 usage equals what was charged, in the cards, the table and the file", async ({ page }) => {
  await signUp(page);
  await visit(page, "/usage");
  const before = await readBalanceNanos(page);
  await expect(page.getByRole("heading", { name: "No requests yet" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Send the first request" })).toHaveAttribute(
    "href",
    "/docs/quickstart",
  );

  const secret = await createKey(page, "=Formula");
  for (const model of ["deepseek-chat", "glm-4.7", "gpt-4"]) {
    const answer = await page.request.post(`${apiUrl}/v1/chat/completions`, {
      headers: { authorization: `Bearer ${secret}` },
      data: { model, messages: [{ role: "user", content: "Hello" }], max_tokens: 16 },
    });
    expect(answer.status()).toBe(200);
  }

  await visit(page, "/usage?view=table");
  const cost = page.getByRole("definition").first();
  await expect(async () => {
    const spent = before - (await readBalanceNanos(page));
    expect(await readNanos(cost)).toBe(spent);
    const [total, ...others] = (await readTotals(page)).reverse().slice(1);
    expect(total).toBe(spent);
    expect(others.reduce((sum, value) => sum + value, 0n)).toBe(spent);
  }).toPass();
  const spent = before - (await readBalanceNanos(page));

  await page.getByRole("radio", { name: "Key", exact: true }).check();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/-by-key\.csv$/);
  const file = readFileSync(await download.path(), "utf8");
  const [head = "", ...lines] = file.trimEnd().split("\r\n");
  expect(head.startsWith("\uFEFFStart,End,Key,Key id,")).toBe(true);
  expect(lines.length).toBeGreaterThan(0);
  const column = head.split(",").indexOf("Cost (USD)");
  const costs = lines.map((line) => {
    const cells = line.split(",");
    expect(cells[2]).toBe("'=Formula");
    const [whole = "", fraction = ""] = (cells[column] ?? "").split(".");
    return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  });
  expect(costs.reduce((sum, value) => sum + value, 0n)).toBe(spent);
});

test("the view is in the address: it survives a reload, and back undoes one step", async ({
  page,
}) => {
  await openDemo(page, "/usage");
  await page.getByRole("radio", { name: "7 d" }).check();
  await page.getByRole("radio", { name: "Requests" }).check();
  await page.getByRole("radio", { name: "Key", exact: true }).check();
  const legend = page.getByRole("list", { name: "Series" });
  await legend.getByRole("button", { name: "Production" }).click();
  const hidden = await hiddenOf(page);
  await expect(page).toHaveURL(`/usage?range=7d&metric=requests&group=key&hide=${hidden}`);
  await revisit(page);
  await expect(legend.getByRole("button", { name: "Production" })).toHaveAttribute(
    "aria-pressed",
    "false",
  );
  await expect(page.getByRole("radio", { name: "Requests" })).toBeChecked();
  // The page stays: a step asks for figures only.
  const pages: string[] = [];
  page.on("request", (request) => {
    if (request.isNavigationRequest() || request.headers().rsc) pages.push(request.url());
  });
  await page.goBack();
  await expect(legend.getByRole("button", { name: "Production" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await page.goBack();
  await expect(page.getByRole("radio", { name: "Model" })).toBeChecked();
  await expect(page).toHaveURL("/usage?range=7d&metric=requests");
  expect(pages).toEqual([]);
});

test("K13 an address of nonsense shows the default view", async ({ page }) => {
  await openDemo(page, "/usage?range=1y&metric=x&group=%00&tz=Mars&view=z&hide=&percentile=p0");
  await expect(page.getByRole("radio", { name: "30 d" })).toBeChecked();
  await expect(page.getByRole("slider")).toBeVisible();
});

async function hiddenOf(page: Page): Promise<string> {
  await expect(page).toHaveURL(/hide=/);
  return new URL(page.url()).searchParams.get("hide") ?? "";
}

test("the chart is read by keyboard, its series are toggled, and a group is looked at alone", async ({
  page,
}) => {
  await openDemo(page, "/usage");
  const chart = page.getByRole("slider");
  await chart.focus();
  await page.keyboard.press("Home");
  const first = await chart.getAttribute("aria-valuetext");
  expect(first).toMatch(/^\w{3} \d{1,2} \w+ \d{4}: \$[\d.]+; .+ \$[\d.]+/);
  await page.keyboard.press("ArrowRight");
  await expect(chart).not.toHaveAttribute("aria-valuetext", first ?? "");
  await page.keyboard.press("End");
  await expect(chart).toHaveAttribute("aria-valuetext", /not over yet/);
  await expect(page.getByText("not over yet", { exact: true })).toBeVisible();

  const entry = page.getByRole("list", { name: "Series" }).getByRole("button", { name: "gpt-4" });
  await entry.focus();
  await page.keyboard.press("Space");
  await expect(entry).toHaveAttribute("aria-pressed", "false");
  await chart.focus();
  await expect(chart).not.toHaveAttribute("aria-valuetext", /gpt-4/);

  await page.getByRole("link", { name: "gpt-4" }).click();
  await expect(page).toHaveURL("/usage?group=key&model=gpt-4");
  await expect(page.getByRole("list", { name: "Filters" })).toContainText("gpt-4");
  await page.getByRole("button", { name: "Remove the filter by model" }).click();
  await expect(page.getByRole("list", { name: "Filters" })).toHaveCount(0);
});

test("a filter that leaves nothing says so and is cleared", async ({ page }) => {
  await openDemo(page, "/usage?model=no-such-model");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL("/usage");
  await expect(page.getByRole("link", { name: "gpt-4" })).toBeVisible();
});

test.describe("a reader elsewhere", () => {
  test.use({ timezoneId: "Asia/Kolkata" });

  test("sees days of their own zone, told when they start, and can choose another", async ({
    page,
  }) => {
    await openDemo(page, "/usage");
    await expect(page.getByText("days start at 00:30")).toBeVisible();
    const cookies = async () =>
      (await page.context().cookies()).filter(({ name }) => name.endsWith("zone"));
    await expect.poll(cookies).toMatchObject([{ httpOnly: true, sameSite: "Lax", path: "/" }]);
    await page.getByLabel("Time zone").selectOption("UTC");
    await expect(page).toHaveURL("/usage?tz=UTC");
    await expect(page.getByText("UTC. Totals equal Billing.")).toBeVisible();
    await page.getByLabel("Time zone").selectOption("Australia/Lord_Howe");
    await expect(page).toHaveURL("/usage?tz=Australia%2FLord_Howe");
    await revisit(page);
    await expect(page.getByLabel("Time zone")).toHaveValue("Australia/Lord_Howe");
  });
});

test("a read that fails is told with its reference and tried again", async ({ page }) => {
  await openDemo(page, "/usage");
  const error = { code: "INTERNAL", message: "Something went wrong.", requestId: "req_shown" };
  await page.route("**/api/usage?*", (route) => route.fulfill({ status: 500, json: { error } }));
  await page.getByRole("radio", { name: "24 h" }).check();
  await expect(page.getByText("Your usage didn't load")).toBeVisible();
  await expect(page.getByText("req_shown")).toBeVisible();
  // The limits are read by themselves.
  await expect(page.getByText("Requests, last 60 minutes")).toBeVisible();
  await page.unroute("**/api/usage?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("slider")).toBeVisible();
});

test("the limits come with the page; those of another key are read, and fail, by themselves", async ({
  page,
}) => {
  const error = { code: "INTERNAL", message: "Something went wrong.", requestId: "req_limits" };
  await page.route("**/api/usage/limits*", (route) =>
    route.fulfill({ status: 500, json: { error } }),
  );
  await openDemo(page, "/usage?group=key");
  const limits = page.getByRole("region", { name: "Limits" });
  await expect(limits.getByText("Requests, last 60 minutes")).toBeVisible();
  await page.getByTitle("Only Production").first().click();
  await expect(limits.getByText("The limits didn't load")).toBeVisible();
  await expect(limits.getByText("req_limits")).toBeVisible();
  await page.unroute("**/api/usage/limits*");
  await limits.getByRole("button", { name: "Try again" }).click();
  await expect(limits.getByText("Requests, last 60 minutes")).toBeVisible();
});

test("exports end at five an hour, and say when there can be another", async ({ page }) => {
  await signUp(page);
  const statuses: number[] = [];
  for (let i = 0; i < 6; i++) {
    const answer = await page.request.get("/api/usage/csv?range=7d&group=none");
    statuses.push(answer.status());
    if (i === 0) {
      expect(answer.headers()).toMatchObject({
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": expect.stringMatching(/^attachment; filename="[\w-]+\.csv"$/),
        "cache-control": "private, no-store",
      });
      expect((await answer.text()).trimEnd().split("\r\n")).toHaveLength(8);
    }
    if (i === 5) expect(Number(answer.headers()["retry-after"])).toBeGreaterThan(0);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
});

for (const size of sizeNames) {
  test(`every view of usage is accessible and fits, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    await enterDemo(page);
    for (const path of [
      "/usage?range=24h&group=key",
      "/usage?view=table&group=key",
      "/usage?metric=latency&group=none",
      "/usage?metric=latency&group=status&percentile=p50",
      "/usage?range=custom&from=2026-02-30&to=2026-01-01",
      "/usage?model=no-such-model&status=5",
    ]) {
      await visitQuiet(page, path);
      await expect(page.getByText("Requests, last 60 minutes")).toBeVisible();
      await inspect(page, nameOf(path), size);
    }
  });
}
