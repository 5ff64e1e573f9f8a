import { expect, type Page, test } from "@playwright/test";
import { arrived, quiet, visit } from "./arrive";
import { openSlowDoor } from "./slow-door";
import { enterDemo, signUp } from "./steps";
import { expectStill, sizeNames, sizes, watchShifts } from "./sweep";
import { insertEndpoint, withSql } from "./webhook-rows";

/** Has every read of endpoints wait for as long as `act` goes on. */
function whileEndpointsWait(act: () => Promise<void>): Promise<void> {
  return withSql(async (sql) => {
    await sql.begin(async (own) => {
      await own`lock table webhook_endpoints in access exclusive mode`;
      await act();
    });
  });
}

const loading = (page: Page) => page.getByRole("status").filter({ hasText: "Loading…" });
const endpointLink = (page: Page) =>
  page.getByRole("table", { name: "Webhook endpoints" }).getByRole("link");

test("a page that takes long is there in its shape first, and nothing of its frame moves", async ({
  page,
}) => {
  const { email } = await signUp(page);
  await insertEndpoint(email, { description: "Billing robot" });
  const shifted = await watchShifts(page);
  await whileEndpointsWait(async () => {
    await page.goto("/webhooks", { waitUntil: "commit" });
    await expect(loading(page)).toHaveCount(1);
    await expect(page.getByRole("link", { name: "Webhooks" })).toBeVisible();
    await expect(endpointLink(page)).toHaveCount(0);
  });
  await expect(endpointLink(page)).toHaveCount(1);
  await expect(loading(page)).toHaveCount(0);
  await arrived(page);
  await expectStill(shifted(), page.url());

  // The same where a link leads to it.
  await visit(page, "/settings");
  await whileEndpointsWait(async () => {
    await page.getByRole("link", { name: "Webhooks", exact: true }).click();
    await expect(loading(page)).toHaveCount(1);
    await expect(page).toHaveURL("/webhooks");
  });
  await expect(endpointLink(page)).toHaveCount(1);
});

test("a page that came whole keeps what is typed in it while it is read again and that takes long", async ({
  page,
}) => {
  const { email } = await signUp(page);
  const id = await insertEndpoint(email, { description: "Billing robot" });
  await page.clock.install();
  // A busy machine may need longer than the page is waited for: then it is opened until it is in time.
  await expect(async () => {
    const html = await (await visit(page, `/webhooks/${id}`))?.text();
    // Its parts may be streamed; the page itself is not.
    expect(html?.split('<div hidden id="S:')[0]).toContain("Edit endpoint");
  }).toPass();
  await page.getByRole("button", { name: "Edit endpoint" }).click();
  const field = page.getByRole("dialog").getByLabel("Description");
  await field.fill("Half a word");
  await whileEndpointsWait(async () => {
    const again = page.waitForRequest((request) => request.headers().rsc === "1");
    await page.clock.fastForward("00:11");
    await again;
    await expect(field).toHaveValue("Half a word");
  });
});

for (const size of sizeNames) {
  test(`nothing moves where the typeface comes late, ${size}`, async ({ page }) => {
    await page.setViewportSize(sizes[size]);
    await enterDemo(page);
    const shifted = await watchShifts(page);
    for (const path of [
      "/",
      "/docs/errors",
      "/overview",
      "/keys",
      "/usage",
      "/logs",
      "/settings",
    ]) {
      await page.route(/woff2$/, () => undefined);
      await page.goto(path, { waitUntil: "commit" });
      await page.waitForFunction(() =>
        performance.getEntriesByName("first-contentful-paint").at(0),
      );
      expect(await page.evaluate(() => document.fonts.status), path).toBe("loading");
      // What was held goes on.
      await page.unroute(/woff2$/);
      await arrived(page);
      await quiet(page);
      await expectStill(shifted(), path);
    }
  });

  test(`nothing moves where a page comes in pieces, ${size}`, async ({ page, baseURL }) => {
    await page.setViewportSize(sizes[size]);
    await enterDemo(page);
    const door = await openSlowDoor(baseURL ?? "");
    try {
      const shifted = await watchShifts(page);
      for (const path of ["/", "/docs/quickstart", "/overview", "/keys", "/usage", "/logs"]) {
        await visit(page, `${door.origin}${path}`);
        await quiet(page);
        await expectStill(shifted(), path);
      }
    } finally {
      door.close();
    }
  });
}
