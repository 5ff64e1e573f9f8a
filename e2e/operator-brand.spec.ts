import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { arrived, revisit, visit } from "./arrive";
import { query, signUpOperator } from "./operators";
import { type OwnProduct, test } from "./own-product";
import { type Account, keepToasts, password, signUp } from "./steps";
import { inspect, inspectPage, lookAt, nameOf, sizeNames } from "./sweep";

// Everybody sees the same brand, so these journeys have a product of their own. The operator acts at the first of
// its two dashboards; visitors look at the other one.
test.beforeEach(async ({ page, product }) => {
  await keepToasts(page);
  await query(async (sql) => {
    await sql`delete from brand_choices`;
    await sql`delete from brand_logos`;
    await sql`select pg_notify('gatehouse_brand', '')`;
  }, product.databaseUrl);
});

/** The operator’s page, in a browser of an operator. */
async function openBrand(page: Page, product: OwnProduct): Promise<Account> {
  const account = await signUpOperator(page, product.databaseUrl);
  await visit(page, "/admin/brand");
  return account;
}

/** Waits until the other dashboard has heard of a change, which its landing page shows. */
async function untilFollowed(page: Page, product: OwnProduct, shows: string): Promise<void> {
  const read = async () => await (await page.request.get(product.urls[1])).text();
  await expect.poll(read).toContain(shows);
}

const form = (page: Page) => page.getByRole("form", { name: "Brand" });

async function save(page: Page): Promise<void> {
  await form(page).getByRole("button", { name: "Save brand" }).click();
}

const accentOf = (page: Page) =>
  page.evaluate(() =>
    getComputedStyle(document.documentElement).getPropertyValue("--accent").trim(),
  );

async function chooseLogo(page: Page, name: string, mimeType: string, file: Buffer): Promise<void> {
  await page.getByLabel("Logo file").setInputFiles({ name, mimeType, buffer: file });
}

const name = "Acme <b>& Söhne";

test("name, tagline, support address and accent are on every page at once, built ones among them, and then are the default’s again", async ({
  page,
  browser,
  product,
}) => {
  await openBrand(page, product);
  await form(page).getByLabel("Name", { exact: true }).fill(name);
  await form(page).getByLabel("Tagline").fill("Models by the ton.");
  await form(page).getByLabel("Support address").fill("nobody");
  await form(page).getByLabel("Accent", { exact: true }).fill("#ffee00");
  await expect(page.getByRole("region", { name: "Preview" })).toContainText(
    /Light #[0-9a-f]{6}\. Darkened by \d+\.\d points of lightness\. 4\.5\d:1 on the page/,
  );
  await save(page);
  await expect(page.getByText("Enter an address such as support@example.com.")).toBeVisible();
  await form(page).getByLabel("Support address").fill("help@acme.example");
  await save(page);
  await expect(page.getByText("Brand saved")).toBeVisible();
  await expect(page.getByRole("link", { name }).first()).toBeVisible();

  const elsewhere = (path: string) => `${product.urls[1]}${path}`;
  const visitor = await browser.newPage();
  await visitor.emulateMedia({ colorScheme: "light" });
  await untilFollowed(visitor, product, "Models by the ton.");
  for (const path of ["/", "/docs", "/docs/leaked-keys", "/sign-in", "/report-key", "/nowhere"]) {
    await visit(visitor, elsewhere(path));
    await expect(visitor, path).toHaveTitle(/Acme <b>& Söhne/);
    await expect(visitor.getByText(name).first(), path).toBeVisible();
    expect(await visitor.content(), path).not.toMatch(/GhMark|Gatehouse/);
    expect(await accentOf(visitor), path).not.toBe("#2b5bd7");
  }
  await visit(visitor, elsewhere("/"));
  await expect(visitor.getByRole("heading", { name: "Models by the ton." })).toBeVisible();
  for (const path of ["/llms.txt", "/llms-full.txt", "/docs/search.json"]) {
    const text = await (await visitor.request.get(elsewhere(path))).text();
    expect(text, path).toContain(name);
    expect(text, path).not.toContain("GhMark");
  }

  for (const label of ["Name", "Tagline", "Support address", "Accent"]) {
    await form(page).getByLabel(label, { exact: true }).fill("");
  }
  await save(page);
  await expect(page.getByRole("link", { name: "Gatehouse" }).first()).toBeVisible();
  await untilFollowed(visitor, product, "<title>Gatehouse</title>");
  await visit(visitor, elsewhere("/docs"));
  await expect(visitor).toHaveTitle("Docs · Gatehouse");
  expect(await accentOf(visitor)).toBe("#2b5bd7");
  const acts = await query(
    (sql) => sql`
      select details from audit_log where action = 'brand.updated' order by at, id`,
    product.databaseUrl,
  );
  expect(acts.map(({ details }) => details.fields[0])).toEqual([
    `name from the default to ${name}`,
    `name from ${name} to the default`,
  ]);
  await visitor.close();
});

test("a press that leads from a rendered page to a built one, or to none, shows the name and never a mark", async ({
  page,
  browser,
  product,
}) => {
  await openBrand(page, product);
  await form(page).getByLabel("Name", { exact: true }).fill(name);
  await save(page);
  await expect(page.getByText("Brand saved")).toBeVisible();
  const customer = await browser.newPage();
  await signUp(customer);
  await visit(customer, "/overview");
  await expect(customer.getByText(name).first()).toBeVisible();
  await visit(customer, "/prices");
  await customer.getByRole("link", { name }).first().click();
  await expect(customer).toHaveURL(/\/$/);
  await arrived(customer);
  await expect(customer).toHaveTitle(name);
  expect(await customer.content()).not.toContain("GhMark");
  // The router asks for data of whatever address it is given.
  await visit(customer, "/keys");
  await customer.evaluate(() => Reflect.get(window, "next").router.push("/keys/nowhere/at/all"));
  await expect(customer.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expect(customer).toHaveTitle(`Not found · ${name}`);
  expect(await customer.content()).not.toContain("GhMark");
  await customer.close();
});

test("the API’s host is shown in snippets, and decides nothing", async ({ page, product }) => {
  const { email } = await openBrand(page, product);
  await form(page).getByLabel("API’s host").fill("api.acme.example");
  await save(page);
  await expect(page.getByText("Enter a scheme and a host", { exact: false })).toBeVisible();
  await form(page).getByLabel("API’s host").fill("https://api.acme.example");
  await save(page);
  await expect(page.getByText("Brand saved")).toBeVisible();
  // The dashboard shows the request to who has a key.
  await query(
    (sql) => sql`
      insert into api_keys (id, workspace_id, name, environment, scopes, created_by)
      select ${`key_${randomBytes(13).toString("hex")}`}, workspace_id, 'K', 'live', '{read}', user_id
      from members join users on users.id = user_id where email = ${email}`,
    product.databaseUrl,
  );
  for (const path of ["/docs/quickstart", "/overview"]) {
    await visit(page, path);
    await expect(page.getByText("https://api.acme.example/v1").first(), path).toBeVisible();
  }
});

const hostile =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" onload="window.planted=1">' +
  '<script>window.planted=1</script><style>*{fill:red}</style><path d="M0 0h4v4z" fill="#a02020"/></svg>';

test("a logo is cleaned, served where nothing in it can run, seen on every page and its tab, and taken down", async ({
  page,
  request,
  product,
}) => {
  await openBrand(page, product);
  const choose = (text: string) => chooseLogo(page, "logo.svg", "image/svg+xml", Buffer.from(text));
  await choose(`<!DOCTYPE svg>${hostile}`);
  await expect(page.getByText("This SVG has a document type", { exact: false })).toBeVisible();
  await choose(hostile);
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
  await untilFollowed(page, product, href);
  for (const path of ["/", "/docs", "/overview", "/nowhere"]) {
    const drawn = page.locator(`img.brand-logo[src="${href}"]`).first();
    await visit(page, `${product.urls[1]}${path}`);
    await expect(drawn, path).toBeVisible();
    expect(await drawn.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(0);
    expect(await page.evaluate(() => "planted" in window), path).toBe(false);
    const icons = await page.evaluate(() =>
      [...document.querySelectorAll("link[rel=icon]")].map((one) => one.getAttribute("href")),
    );
    expect(icons, path).toEqual([href]);
  }
  await visit(page, "/admin/brand");
  await page.getByRole("button", { name: "Remove logo" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove logo" }).click();
  await expect(page.getByText("Logo removed")).toBeVisible();
  await revisit(page);
  await expect(page.locator("img.brand-logo")).toHaveCount(0);
  expect((await request.get(href)).status()).toBe(404);
  expect((await request.get("/favicon.ico")).headers()["content-type"]).toBe("image/x-icon");
  const acts = await query(
    (sql) => sql`
      select action from audit_log where action like 'brand.logo%' order by at desc, id desc limit 2`,
    product.databaseUrl,
  );
  expect(acts.map(({ action }) => action)).toEqual(["brand.logo_removed", "brand.logo_set"]);
});

test("a session that is older wants the password before the brand changes, and keeps what was typed", async ({
  page,
  product,
}) => {
  await openBrand(page, product);
  await query(
    (sql) => sql`update sessions set proved_at = now() - interval '1 hour'`,
    product.databaseUrl,
  );
  await form(page).getByLabel("Name", { exact: true }).fill("Later");
  await save(page);
  const proof = page.getByRole("dialog", { name: "Confirm that it’s you" });
  await proof.getByLabel("Your password").fill(password);
  await proof.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("Brand saved")).toBeVisible();
  await expect(page.getByRole("link", { name: "Later" }).first()).toBeVisible();
});

const logos = {
  desktop: [
    "image/svg+xml",
    '<svg viewBox="0 0 90 20"><path d="M0 0h90v20H0z" fill="#a02020"/></svg>',
  ],
  phone: ["image/png", readFileSync("public/apple-icon.png")],
} as const;

for (const size of sizeNames) {
  test(`the page of the brand is fit to be looked at (${size})`, async ({
    page,
    browser,
    product,
  }) => {
    await openBrand(page, product);
    await lookAt(page, size);
    await inspectPage(page, "/admin/brand", size, "brand");
    await form(page).getByLabel("Name", { exact: true }).fill("A".repeat(80));
    await form(page).getByLabel("Accent", { exact: true }).fill("no colour");
    await save(page);
    await expect(page.getByText("Use at most 64 characters.")).toBeVisible();
    await inspect(page, "brand-wrong", size);
    await form(page).getByLabel("Name", { exact: true }).fill("W".repeat(64));
    await form(page).getByLabel("Accent", { exact: true }).fill("#ffee00");
    await save(page);
    await expect(page.getByText("Brand saved")).toBeVisible();
    const [mimeType, file] = logos[size];
    await chooseLogo(page, "logo", mimeType, Buffer.from(file));
    await expect(page.getByText("Logo saved")).toBeVisible();
    for (const path of ["/admin/brand", "/overview"]) {
      await inspectPage(page, path, size, `brand-changed-${nameOf(path)}`);
    }
    const visitor = await browser.newPage();
    await lookAt(visitor, size);
    for (const path of ["/", "/docs/support", "/sign-in", "/report-key", "/prices", "/nowhere"]) {
      await inspectPage(visitor, path, size, `brand-changed-${nameOf(path)}`);
    }
    await visitor.close();
    const rename = (from: string, to: string) =>
      query((sql) => sql`alter table ${sql(from)} rename to ${sql(to)}`, product.databaseUrl);
    await rename("brand_choices", "away");
    try {
      await page.goto("/admin/brand");
      await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
      await inspect(page, "brand-failed", size);
    } finally {
      await rename("away", "brand_choices");
    }
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(form(page)).toBeVisible();
  });
}
