import { expect, type Page, test } from "@playwright/test";
import { revisit, visit } from "./arrive";
import { query, signUpOperator } from "./operators";
import { keepToasts, origin, signUp } from "./steps";
import { inspect, inspectPage, lookAt, sizeNames } from "./sweep";

// Everybody sees the same brand: these journeys come one after the other, and leave it as they found it.
test.describe.configure({ mode: "serial" });

test.beforeEach(({ page }) => keepToasts(page));

/** Nothing is left for other journeys; the processes are told, as they are of every change. */
async function forgetBrand(): Promise<void> {
  await query(async (sql) => {
    await sql`delete from brand_choices`;
    await sql`delete from brand_logos`;
    await sql`select pg_notify('gatehouse_brand', '')`;
  });
}

test.beforeAll(forgetBrand);
test.afterAll(forgetBrand);

const form = (page: Page) => page.getByRole("form", { name: "Brand" });

async function save(page: Page): Promise<void> {
  await form(page).getByRole("button", { name: "Save brand" }).click();
}

const accentOf = (page: Page) =>
  page.evaluate(() =>
    getComputedStyle(document.documentElement).getPropertyValue("--accent").trim(),
  );

test("name, support address and accent are on every page at once, built ones among them, and then are the default’s again", async ({
  page,
  browser,
}) => {
  const customer = await browser.newPage();
  await customer.emulateMedia({ colorScheme: "light" });
  await signUp(customer);
  await signUpOperator(page);
  await visit(page, "/admin/brand");
  const name = "Acme <b>& Söhne";
  await form(page).getByLabel("Name", { exact: true }).fill(name);
  await form(page).getByLabel("Support address").fill("nobody");
  await form(page).getByLabel("Accent", { exact: true }).fill("#ffee00");
  await expect(page.getByRole("region", { name: "Preview" })).toContainText(
    /Light #[0-9a-f]{6}\. Darkened by \d+\.\d points of lightness\. 4\.5\d : 1 on the page/,
  );
  await save(page);
  await expect(page.getByText("Enter an address such as support@example.com.")).toBeVisible();
  await form(page).getByLabel("Support address").fill("help@acme.example");
  await save(page);
  await expect(page.getByText("Brand saved")).toBeVisible();
  await expect(page.getByRole("link", { name }).first()).toBeVisible();

  for (const path of [
    "/",
    "/docs",
    "/docs/leaked-keys",
    "/sign-in",
    "/report-key",
    "/no-such-page",
  ]) {
    const visitor = await browser.newPage();
    await visitor.emulateMedia({ colorScheme: "light" });
    await visit(visitor, path);
    await expect(visitor, path).toHaveTitle(/Acme <b>& Söhne/);
    await expect(visitor.getByText(name).first(), path).toBeVisible();
    expect(await visitor.content(), path).not.toMatch(/GhMark|Gatehouse/);
    expect(await accentOf(visitor), path).not.toBe("#2b5bd7");
    await visitor.close();
  }
  await visit(customer, "/overview");
  await expect(customer.getByText(name).first()).toBeVisible();
  // From a rendered page to a built one, by a press: the router loads it whole.
  await visit(customer, "/prices");
  await customer.getByRole("link", { name }).first().click();
  await expect(customer).toHaveURL(/\/$/);
  await expect(customer).toHaveTitle(name);
  expect(await customer.content()).not.toContain("GhMark");
  for (const path of ["/llms.txt", "/llms-full.txt"]) {
    const text = await (await customer.request.get(path)).text();
    expect(text).toContain(`# ${name}`);
    expect(text).not.toContain("GhMark");
  }

  const [act] = await query(
    (sql) => sql`
      select details from audit_log where action = 'brand.updated' order by at desc, id desc limit 1`,
  );
  expect(act?.details.fields).toContain(`name from the default to ${name}`);
  for (const label of ["Name", "Support address", "Accent"]) {
    await form(page).getByLabel(label, { exact: true }).fill("");
  }
  await save(page);
  await expect(page.getByRole("link", { name: "Gatehouse" }).first()).toBeVisible();
  await customer.close();
});

/** The product by its other name: other journeys may meet it in a snippet, and it works. */
const otherHost = origin.replace("localhost", "127.0.0.1");

test("the API’s host is shown in snippets, and decides nothing", async ({ page }) => {
  await signUpOperator(page);
  await visit(page, "/admin/brand");
  await form(page).getByLabel("API’s host").fill("api.acme.example");
  await save(page);
  await expect(page.getByText("Enter a scheme and a host", { exact: false })).toBeVisible();
  await form(page).getByLabel("API’s host").fill(otherHost);
  await save(page);
  await expect(page.getByText("Brand saved")).toBeVisible();
  await visit(page, "/docs/quickstart");
  await expect(page.getByText(`${otherHost}/v1`).first()).toBeVisible();
  await visit(page, "/overview");
  await expect(page.getByText(`${otherHost}/v1`).first()).toBeVisible();
  await visit(page, "/admin/brand");
  await form(page).getByLabel("API’s host").fill("");
  await save(page);
  await expect(page.getByText("Brand saved")).toBeVisible();
});

const hostile =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" onload="window.planted=1">' +
  '<script>window.planted=1</script><style>*{fill:red}</style><path d="M0 0h4v4z" fill="#a02020"/></svg>';

test("a logo is cleaned, served where nothing in it can run, seen on every page and taken down", async ({
  page,
  request,
}) => {
  await signUpOperator(page);
  await visit(page, "/admin/brand");
  const choose = (name: string, mimeType: string, text: string) =>
    page.getByLabel("Logo file").setInputFiles({ name, mimeType, buffer: Buffer.from(text) });
  await choose("logo.svg", "image/svg+xml", `<!DOCTYPE svg>${hostile}`);
  await expect(page.getByText("This SVG has a document type", { exact: false })).toBeVisible();
  await choose("logo.svg", "image/svg+xml", hostile);
  await expect(page.getByText("Logo saved")).toBeVisible();
  await expect(page.getByText("script, style", { exact: false })).toBeVisible();
  const image = page.locator("img.brand-logo").first();
  const href = (await image.getAttribute("src")) ?? "";
  expect(href).toMatch(/^\/brand\/[0-9a-f]{64}$/);
  const answer = await request.get(href);
  expect(answer.headers()).toMatchObject({
    "content-type": "image/svg+xml",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "public, max-age=31536000, immutable",
  });
  expect(await answer.text()).not.toMatch(/script|onload|style/);
  for (const path of ["/", "/docs", "/sign-in", "/no-such-page"]) {
    await visit(page, path);
    await expect(page.locator(`img.brand-logo[src="${href}"]`).first(), path).toBeVisible();
    expect(await page.evaluate(() => "planted" in window), path).toBe(false);
  }
  await visit(page, "/admin/brand");
  await page.getByRole("button", { name: "Remove logo" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove logo" }).click();
  await expect(page.getByText("Logo removed")).toBeVisible();
  await revisit(page);
  await expect(page.locator("img.brand-logo")).toHaveCount(0);
  expect((await request.get(href)).status()).toBe(404);
  const acts = await query(
    (sql) => sql`
      select action from audit_log where action like 'brand.logo%' order by at desc, id desc limit 2`,
  );
  expect(acts.map(({ action }) => action)).toEqual(["brand.logo_removed", "brand.logo_set"]);
});

for (const size of sizeNames) {
  test(`the page of the brand is fit to be looked at (${size})`, async ({ page }) => {
    await signUpOperator(page);
    await lookAt(page, size);
    await inspectPage(page, "/admin/brand", size, "brand");
    await form(page).getByLabel("Name", { exact: true }).fill("A".repeat(80));
    await form(page).getByLabel("Accent", { exact: true }).fill("no colour");
    await save(page);
    await expect(page.getByText("Use at most 64 characters.")).toBeVisible();
    await inspect(page, "brand-wrong", size);
  });
}
