import { createHash } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import OpenAI from "openai";
import { revisit, visit } from "./arrive";
import { findLeaks } from "./leaks";
import { apiUrl, createKey, signUp, takeSecret } from "./steps";

/** One request as a program makes it; the headers say what the client is told about its secret. */
async function call(secret: string): Promise<{ status: number; code: unknown; headers: Headers }> {
  const answer = await fetch(`${apiUrl}/v1/chat/completions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      "user-agent": "rotation-journey/1.0",
    },
    body: JSON.stringify({ model: "glm-4.7", messages: [{ role: "user", content: "Hello!" }] }),
  });
  const body = await answer.json();
  return { status: answer.status, code: body.error?.code, headers: answer.headers };
}

/** Opens a key's own page from the list. */
async function openKey(page: Page, name: string): Promise<void> {
  await visit(page, "/keys");
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

/** Rotates the key whose page is open, with an overlap, and answers the new secret. */
async function rotate(page: Page, overlap: string): Promise<string> {
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: overlap, exact: true }).check();
  await dialog.getByRole("button", { name: "Make new secret" }).click();
  return await takeSecret(page);
}

test("D7 a rotation from its start to the old secret's end, with traffic on both", async ({
  page,
}) => {
  await signUp(page);
  const old = await createKey(page, "Rotating");
  expect((await call(old)).status).toBe(200);
  await openKey(page, "Rotating");

  const next = await rotate(page, "1 h");
  expect(next).toMatch(/^gate_live_[0-9A-Za-z]{36}$/);
  expect(next).not.toBe(old);
  const panel = page.getByRole("region", { name: "Rotation" });

  await test.step("until the new secret is used nothing changes, also after a reload", async () => {
    await expect(panel.getByText("Waiting for the first request")).toBeVisible();
    const answer = await call(old);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-key-grace-until")).toBeNull();
    await revisit(page);
    await expect(panel.getByText("Waiting for the first request")).toBeVisible();
    await expect(page.getByRole("button", { name: "Rotate", exact: true })).toHaveCount(0);
  });

  await test.step("its first use starts the overlap, and the page tells without a reload", async () => {
    const client = new OpenAI({ apiKey: next, baseURL: `${apiUrl}/v1` });
    const answer = await client.chat.completions.create({
      model: "glm-4.7",
      messages: [{ role: "user", content: "Hello!" }],
    });
    expect(answer.choices[0]?.message.content).toContain("Hello!");
    await expect(panel.getByText(/both secrets work until/)).toBeVisible();
    await expect(panel.getByText(/safe to retire/)).toBeVisible();
  });

  await test.step("the old secret works on, is told when it ends, and is seen to be used", async () => {
    const answer = await call(old);
    expect(answer.status).toBe(200);
    const untilMs = Date.parse(answer.headers.get("x-key-grace-until") ?? "");
    const activatedMs = Number(answer.headers.get("deprecation")?.replace("@", "")) * 1_000;
    expect(Math.round((untilMs - activatedMs) / 60_000)).toBe(60);
    expect((await call(next)).headers.get("x-key-grace-until")).toBeNull();
    const oldCard = panel.getByRole("region", { name: "Old secret" });
    await expect(oldCard.getByText("rotation-journey/1.0")).toBeVisible();
    await expect(oldCard.getByText(old.slice(-4))).toBeVisible();
    await expect(panel.getByRole("region", { name: "New secret" })).toContainText(next.slice(-4));
    await expect(panel.getByText(/safe to retire/)).toHaveCount(0);
  });

  await test.step("retired by hand, the old one is refused at once and the new one isn't", async () => {
    await panel.getByRole("button", { name: "Retire now" }).click();
    const dialog = page.getByRole("alertdialog");
    await expect(dialog.getByText(/still in use/)).toBeVisible();
    await dialog.getByLabel(/^Type .{4}, the old secret/).fill(old.slice(-4));
    await dialog.getByRole("button", { name: "Retire secret" }).click();
    // What stands behind an open dialog can't be seen by role, so the dialog goes first.
    await expect(dialog).toHaveCount(0);
    await expect(panel).toHaveCount(0);
    expect(await call(old)).toMatchObject({ status: 401 });
    expect((await call(next)).status).toBe(200);
    await expect(page.getByRole("button", { name: "Rotate", exact: true })).toBeVisible();
  });

  await test.step("K14 all of it is in the history, and neither secret nor its hash is anywhere", async () => {
    const history = page.getByRole("table", { name: "History" });
    for (const act of [
      "made a new secret",
      "first used the new secret",
      "retired the old secret",
    ]) {
      await expect(history.getByText(act)).toBeVisible();
    }
    await revisit(page);
    const html = await page.content();
    for (const secret of [old, next]) {
      expect(html).not.toContain(secret);
      expect(html).not.toContain(createHash("sha256").update(secret).digest("hex"));
      expect(await findLeaks(secret)).toEqual([]);
    }
  });
});

test("the page isn't read again while a secret stands in it that nobody has saved", async ({
  page,
}) => {
  await signUp(page);
  await createKey(page, "Rotating");
  await page.clock.install();
  await openKey(page, "Rotating");
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make new secret" }).click();
  await expect(page.getByLabel("API key", { exact: true })).toBeFocused();
  const reads: string[] = [];
  page.on("request", (request) => {
    if (request.headers().rsc === "1") reads.push(request.url());
  });
  const readAgain = () => page.clock.fastForward("00:11");
  const asked = page.waitForRequest(/\/rotation$/);
  await readAgain();
  // What waits for the first request with the new secret asks in the same seconds.
  await asked;
  expect(reads).toEqual([]);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await expect.poll(() => readAgain().then(() => reads.length)).toBeGreaterThan(0);
});

test("a rotation that is cancelled leaves the old secret as it was", async ({ page }) => {
  await signUp(page);
  const old = await createKey(page, "Cancelled");
  await openKey(page, "Cancelled");
  const next = await rotate(page, "None");
  const panel = page.getByRole("region", { name: "Rotation" });
  await panel.getByRole("button", { name: "Cancel rotation" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("button", { name: "Cancel rotation" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(panel).toHaveCount(0);
  expect((await call(next)).status).toBe(401);
  const answer = await call(old);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("x-key-grace-until")).toBeNull();
});

test("a revoke is undone within the hour, and a disabled key enabled", async ({ page }) => {
  await signUp(page);
  const secret = await createKey(page, "Undone");
  await openKey(page, "Undone");

  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Disable key" }).click();
  await expect(page.getByText("This key is disabled")).toBeVisible();
  expect((await call(secret)).status).toBe(401);
  await page.getByRole("button", { name: "Enable", exact: true }).click();
  await expect(page.getByText("This key is disabled")).toHaveCount(0);
  expect((await call(secret)).status).toBe(200);

  await page.getByRole("button", { name: "Revoke this key" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByLabel("Type Undone to confirm").fill("Undone");
  await dialog.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("This key is revoked")).toBeVisible();
  expect((await call(secret)).status).toBe(401);
  await revisit(page);
  await expect(page.getByText(/min left/)).toBeVisible();
  await page.getByRole("button", { name: "Undo revoke" }).click();
  await expect(page.getByText("This key is revoked")).toHaveCount(0);
  expect((await call(secret)).status).toBe(200);
});

test("P14 another workspace's key has the same page as a key that never was", async ({
  page,
  browser,
}) => {
  await signUp(page);
  await createKey(page, "Mine alone");
  await openKey(page, "Mine alone");
  const path = new URL(page.url()).pathname;
  const random = "/keys/key_01kah5v3zq8m2n4c6d7e8f9gab";
  const stranger = await browser.newPage();
  await signUp(stranger);
  const seen: string[] = [];
  for (const address of [path, random]) {
    expect((await visit(stranger, address))?.status()).toBe(404);
    await expect(stranger.getByText("There is no such key here")).toBeVisible();
    seen.push(await stranger.getByRole("main").innerText());
  }
  expect(seen[0]).toBe(seen[1]);
  for (const address of [`${path}/rotation`, `${random}/rotation`]) {
    expect((await stranger.request.get(address)).status()).toBe(404);
  }
  await stranger.close();
});
