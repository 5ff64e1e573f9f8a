import { expect, type Page, test } from "@playwright/test";
import { mintSecret } from "@/lib/keys/secret";
import { visit } from "./arrive";
import { apiUrl, createKey, signUp } from "./steps";

async function statusOf(secret: string): Promise<number> {
  const answer = await fetch(`${apiUrl}/v1/models`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  return answer.status;
}

const thanks = (page: Page) => page.getByRole("status").filter({ hasText: "Thank you" });

test("a stranger reports a leaked key: it is revoked at once and its owner told", async ({
  page,
  browser,
}) => {
  await signUp(page);
  const secret = await createKey(page, "CI runner");
  expect(await statusOf(secret)).toBe(200);

  const stranger = await browser.newPage();
  const addresses: string[] = [];
  stranger.on("request", (request) => addresses.push(request.url()));
  await visit(stranger, "/report-key");
  await stranger.getByLabel("Leaked key").fill(`TOKEN=${secret}`);
  await stranger.getByLabel("Where you found it").fill("https://paste.example.com/1");
  await stranger.getByRole("button", { name: "Report key" }).click();
  await expect(thanks(stranger)).toBeVisible();
  expect(await statusOf(secret)).toBe(401);
  expect(await stranger.content()).not.toContain(secret);
  expect(addresses.filter((address) => address.includes(secret))).toEqual([]);
  await stranger.close();

  await visit(page, "/overview");
  const alert = page.getByRole("status").filter({ hasText: "CI runner was leaked and is revoked" });
  await expect(alert).toContainText("https://paste.example.com/1");
  await visit(page, "/outbox");
  await expect(page.getByText("CI runner was leaked and is revoked")).toBeVisible();
});

test("the answer tells nobody whether a key exists, and text that is no key is explained", async ({
  page,
}) => {
  await visit(page, "/report-key");
  const field = page.getByLabel("Leaked key");
  await expect(field).toHaveAttribute("type", "password");
  await expect(field).toHaveAttribute("autocomplete", "off");
  await field.fill("sk-something-else");
  await page.getByRole("button", { name: "Report key" }).click();
  await expect(page.getByText("There is no key in this.")).toBeVisible();
  await expect(field).toBeFocused();

  // Well formed, but never given to anybody.
  await field.fill(mintSecret("live").secret);
  await page.getByRole("button", { name: "Report key" }).click();
  await expect(thanks(page)).toContainText("If this is one of");
  await page.getByRole("link", { name: "Report another key" }).click();
  await expect(field).toHaveValue("");
});
