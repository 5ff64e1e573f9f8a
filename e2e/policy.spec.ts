import { expect, type Page, type Response, test } from "@playwright/test";
import { visit } from "./arrive";
import { islandPages, openPages, ownPages } from "./page-list";
import { enterDemo, signUp } from "./steps";

/** Notes, from now on and on every page, what a policy refuses. Answers a function that tells it. */
async function watchViolations(page: Page): Promise<() => string[]> {
  const found: string[] = [];
  await page.exposeFunction("reportViolation", (what: string) => found.push(what));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { reportViolation } = window as unknown as { reportViolation(what: string): void };
      reportViolation(`${location.pathname}: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return () => found;
}

function policyOf(response: Response | null): Map<string, string[]> {
  const header = response?.headers()["content-security-policy"] ?? "";
  return new Map(
    header.split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources];
    }),
  );
}

/** React has taken over: its properties are on the elements that it drew. */
async function expectHydrated(page: Page) {
  await expect
    .poll(() =>
      page.evaluate(() =>
        [...document.querySelectorAll("a, button, input")].some((element) =>
          Object.keys(element).some((key) => key.startsWith("__reactProps$")),
        ),
      ),
    )
    .toBe(true);
}

async function check(page: Page, path: string): Promise<void> {
  const response = await visit(page, path);
  await expect(
    page.getByRole("heading", { level: 1 }).or(page.getByRole("dialog")).first(),
  ).toBeVisible();
  const policy = policyOf(response);
  const scripts = policy.get("script-src") ?? [];
  expect(scripts, path).toContain("'self'");
  expect(scripts, path).not.toContain("'unsafe-inline'");
  expect(scripts, path).not.toContain("'unsafe-eval'");
  for (const name of ["object-src", "base-uri", "frame-ancestors"]) {
    expect(policy.get(name), `${name} of ${path}`).toEqual(["'none'"]);
  }
  expect(policy.get("form-action")?.[0], path).toBe("'self'");
}

const half = Math.ceil(ownPages.length / 2);

for (const theme of ["light", "dark"] as const) {
  test(`built pages keep to their policy and come alive, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    const violations = await watchViolations(page);
    const isDark = () => page.evaluate(() => document.documentElement.classList.contains("dark"));
    for (const path of islandPages) {
      await check(page, path);
      expect(await isDark(), path).toBe(theme === "dark");
      await page.getByRole("button", { name: "Change between light and dark" }).click();
      await expect.poll(isDark, path).toBe(theme !== "dark");
      await page.context().clearCookies({ name: "theme" });
    }
    expect(violations()).toEqual([]);
  });

  test(`pages for everybody keep to their policy and come alive, ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    const violations = await watchViolations(page);
    for (const path of openPages) {
      await check(page, path);
      if (path !== "/no-such-page") await expectHydrated(page);
    }
    expect(violations()).toEqual([]);
  });

  for (const paths of [ownPages.slice(0, half), ownPages.slice(half)]) {
    test(`${paths.join(", ")} keep to their policy and come alive, ${theme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: theme });
      const violations = await watchViolations(page);
      await enterDemo(page);
      for (const path of paths) {
        await check(page, path);
        await expectHydrated(page);
      }
      expect(violations()).toEqual([]);
    });
  }
}

test("a script that somebody got into a page isn't run, on built pages and on rendered ones", async ({
  page,
}) => {
  const violations = await watchViolations(page);
  await page.route("**/*", async (route) => {
    if (route.request().resourceType() !== "document") return route.continue();
    const response = await route.fetch();
    const body = (await response.text()).replace(
      "</body>",
      '<script>window.planted = 1</script><img src="x:" onerror="window.planted = 2"></body>',
    );
    await route.fulfill({ response, body });
  });
  for (const path of ["/", "/docs/errors", "/report-key", "/sign-in", "/no-such-page"]) {
    const before = violations().length;
    await visit(page, path);
    await expect.poll(() => violations().length, path).toBeGreaterThan(before);
    expect(await page.evaluate(() => "planted" in window), path).toBe(false);
  }
});

test("a rendered page has another nonce each time, and a built page has none", async ({
  request,
}) => {
  const read = async (path: string) =>
    (await request.get(path)).headers()["content-security-policy"] ?? "";
  const nonce = /'nonce-([A-Za-z0-9+/=]{22,})'/;
  const [first, second] = [await read("/sign-in"), await read("/sign-in")];
  expect(nonce.exec(first)?.[1]).toBeTruthy();
  expect(nonce.exec(first)?.[1]).not.toBe(nonce.exec(second)?.[1]);
  expect(await read("/docs/quickstart")).not.toContain("nonce-");
  expect(await read("/docs/quickstart")).toContain("'sha256-");
});

test("every page says what may be done with it", async ({ page, request }) => {
  await signUp(page);
  for (const path of ["/", "/docs", "/sign-in", "/keys", "/overview", "/no-such-page"]) {
    const response = await page.request.get(path);
    const headers = response.headers();
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
    expect(headers["permissions-policy"], path).toContain("camera=()");
    expect(headers["permissions-policy"], path).toContain("clipboard-write=(self)");
    expect(headers["x-powered-by"], path).toBeUndefined();
    // This product runs on plain http, where the header would be a lie.
    expect(headers["strict-transport-security"], path).toBeUndefined();
  }
  for (const path of ["/overview", "/keys", "/usage", "/logs", "/billing", "/settings"]) {
    const response = await page.request.get(path);
    expect(response.headers()["cache-control"], path).toBe("private, no-store");
  }
  for (const [path, policy] of [
    ["/", "strict-origin-when-cross-origin"],
    ["/sign-in", "no-referrer"],
    ["/keys", "no-referrer"],
    ["/forgot-password", "no-referrer"],
  ] as const) {
    const response = await request.get(path, { maxRedirects: 0 });
    expect(response.headers()["referrer-policy"], path).toBe(policy);
  }
});

test("K16 after signing out the browser has forgotten the pages, the one behind Back included", async ({
  page,
}) => {
  const account = await signUp(page);
  await visit(page, "/settings");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const cleared = page.waitForResponse((response) => response.url().endsWith("/signed-out"));
  await page.getByRole("button", { name: `Account: ${account.email}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  const headers = await (await cleared).allHeaders();
  expect(headers["clear-site-data"]).toBe('"cache", "storage"');
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await page.content()).not.toContain(account.email);
});

test("another site can't make a browser forget", async ({ request }) => {
  const response = await request.get("/signed-out", {
    headers: { "sec-fetch-site": "cross-site" },
  });
  expect(response.status()).toBe(200);
  expect(response.headers()["clear-site-data"]).toBeUndefined();
});
