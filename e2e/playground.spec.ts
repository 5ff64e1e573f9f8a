import { expect, type Page, test } from "@playwright/test";
import postgres from "postgres";
import { revisit, visit } from "./arrive";
import { createKey, enterDemo, readBalanceNanos, signUp } from "./steps";
import { inspect, lookAt, sizeNames } from "./sweep";
import { recordTraffic } from "./traffic";

const databaseUrl = process.env.E2E_DATABASE_URL ?? "";
const origin = new URL(process.env.E2E_BASE_URL ?? "").origin;

/** Makes a key of the sandbox in the dialog and answers its secret. */
const createTestKey = (page: Page, name: string) => createKey(page, name, { isTest: true });

const message = (page: Page) => page.getByLabel("Message", { exact: true });
const sendButton = (page: Page) => page.getByRole("button", { name: "Send", exact: true });
const turns = (page: Page) => page.getByRole("region", { name: "Messages" }).locator("ol > li");
const facts = (page: Page) => page.getByRole("list", { name: "What it took" });

async function open(page: Page, address = "/playground"): Promise<void> {
  await visit(page, address);
  await expect(message(page)).toBeVisible();
  // What was kept in the tab is read once the page is alive.
  await expect(page.getByText("Ask something").or(turns(page).first())).toBeVisible();
}

async function ask(page: Page, text: string): Promise<void> {
  const answers = await facts(page).count();
  await message(page).fill(text);
  await sendButton(page).click();
  // The answers before this one have their facts already.
  await expect(facts(page)).toHaveCount(answers + 1);
  await expect(facts(page).last()).toContainText("in all");
  await expect(sendButton(page)).toBeVisible();
}

test("a key of the sandbox answers for free, word by word, and nothing has its secret", async ({
  page,
}) => {
  await signUp(page);
  await open(page);
  await expect(page.getByText("No key to ask with yet")).toBeVisible();
  await expect(page.getByRole("link", { name: "Create key" })).toHaveAttribute(
    "href",
    "/keys?new=1",
  );
  const secret = await createTestKey(page, "Sandbox");

  const traffic = await recordTraffic(page);
  const before = await readBalanceNanos(page);
  await open(page);
  await expect(page.getByText("Test mode")).toBeVisible();
  await expect(page.getByLabel("Key")).toHaveText(/Sandbox/);

  await message(page).fill("Why is the sky blue?");
  await expect(page.getByText("No charge", { exact: true })).toBeVisible();
  await message(page).press("Control+Enter");
  await expect(turns(page).last()).toContainText("Why is the sky blue?");
  await expect(facts(page)).toContainText("tokens in");
  await expect(facts(page)).toContainText("no charge");
  await expect(page.getByRole("status").filter({ hasText: "Answer: This is" })).toHaveCount(1);
  await expect(sendButton(page)).toBeVisible();
  expect(await readBalanceNanos(page)).toBe(before);

  await page.getByRole("radio", { name: "Request", exact: true }).check();
  await expect(page.getByRole("region", { name: "Raw request" })).toContainText(
    /Authorization: Bearer \$[A-Z_]+_API_KEY\n/,
  );
  await page.getByRole("radio", { name: "Answer" }).check();
  await expect(page.getByRole("region", { name: "Raw answer" })).toContainText("data: [DONE]");
  await revisit(page);
  await expect(turns(page)).toHaveCount(2);
  const seen = traffic.received.join("\n");
  expect(seen).toContain("chat.completion.chunk");
  const random = secret.slice(-36);
  for (const form of [random, Buffer.from(secret).toString("base64"), random.slice(0, 20)]) {
    expect(seen).not.toContain(form);
  }
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(random);
});

test("a live key is never chosen by itself, and costs what the page said at most, to the nano-dollar", async ({
  page,
}) => {
  await signUp(page);
  await createKey(page, "Paid");
  await open(page, "/playground?model=deepseek-chat");
  await message(page).fill("Hello!");
  await sendButton(page).click();
  await expect(page.getByText("Choose the key that asks.")).toBeVisible();
  await expect(page.getByLabel("Key")).toBeFocused();

  await page.getByLabel("Key").selectOption({ label: await paidLabel(page) });
  await expect(page.getByText("Requests cost money")).toBeVisible();
  await expect(page).toHaveURL(/[?&]key=key_/);
  await page.getByLabel("Max tokens").fill("40");
  await expect(page).toHaveURL(/max_tokens=40/);
  const atMost = page.getByText(/^At most \$/);
  await expect(page.getByText("up to 40 out")).toBeVisible();
  const most = BigInt((await atMost.getAttribute("data-nanos")) ?? "");
  const before = await readBalanceNanos(page);
  await sendButton(page).click();
  await expect(facts(page)).toContainText("6 tokens in, 40 out");
  const cost = BigInt((await facts(page).locator("[data-nanos]").getAttribute("data-nanos")) ?? "");
  expect(cost).toBe(most);
  await expect.poll(() => readBalanceNanos(page)).toBe(before - cost);
});

/** The option of the key named Paid as it stands in the list. */
async function paidLabel(page: Page): Promise<string> {
  return (await page.getByLabel("Key").locator("option", { hasText: "Paid" }).textContent()) ?? "";
}

test("Stop ends the answer, by button and by Escape; what came stays and goes on", async ({
  page,
}) => {
  await signUp(page);
  await createTestKey(page, "Sandbox");
  // Unlisted, and half a minute from its first word to its last.
  await open(page, "/playground?model=mock-slow");
  await expect(page.getByLabel("Model")).toHaveValue("mock-slow");
  for (const stop of [
    () => page.getByRole("button", { name: "Stop" }).click(),
    () => page.keyboard.press("Escape"),
  ]) {
    await message(page).fill("Tell me a long story.");
    await sendButton(page).click();
    // It is there before it is whole.
    await expect(turns(page).last()).toContainText("tick1");
    await expect(turns(page).last()).toHaveAttribute("aria-busy", "true");
    await stop();
    await expect(sendButton(page)).toBeVisible();
    await expect(facts(page).last()).toContainText("Stopped");
    // The books know what was delivered.
    await expect(facts(page).last()).toContainText("out");
  }
  await expect(turns(page)).toHaveCount(4);
});

test("messages are edited, given another role, removed, and the request follows", async ({
  page,
}) => {
  await signUp(page);
  await createTestKey(page, "Sandbox");
  await open(page);
  await page.getByLabel("System prompt").fill("Be brief.");
  await ask(page, "First");
  const request = page.getByRole("region", { name: "Raw request" });
  await expect(request).toContainText('{ "role": "system", "content": "Be brief." }');

  await turns(page).first().hover();
  await turns(page).first().getByRole("button", { name: "Edit message" }).click();
  await expect(page.getByLabel("Message text")).toBeFocused();
  await page.getByLabel("Message text").fill('<b>"Changed"</b>');
  await page.getByLabel("Role").selectOption("assistant");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(turns(page).first()).toContainText('<b>"Changed"</b>');
  await expect(turns(page).first().getByRole("button", { name: "Edit message" })).toBeFocused();
  await expect(request).toContainText('"content": "<b>\\"Changed\\"</b>"');

  await turns(page).last().hover();
  await turns(page).last().getByRole("button", { name: "Remove message" }).click();
  await expect(turns(page)).toHaveCount(1);
  await page.getByLabel("Stream").uncheck();
  await expect(page).toHaveURL(/stream=off/);
  await expect(request).not.toContainText('"stream"');
  await ask(page, "Second");
  await page.getByRole("radio", { name: "Answer" }).check();
  await expect(page.getByRole("region", { name: "Raw answer" })).toContainText(
    '"object": "chat.completion"',
  );
  await revisit(page);
  await expect(page.getByLabel("System prompt")).toHaveValue("Be brief.");
  await expect(page.getByLabel("Stream")).not.toBeChecked();
  await expect(turns(page)).toHaveCount(3);
  expect(page.url()).not.toContain("Second");
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page.getByText("Ask something")).toBeVisible();
});

test("a refusal is told in the API's words, with what to do and where it is logged", async ({
  page,
}) => {
  await signUp(page);
  await createTestKey(page, "Sandbox");
  await open(page);
  await page.getByLabel("Temperature").fill("3");
  await message(page).fill("Hello!");
  await sendButton(page).click();
  const failure = page.getByRole("alert").filter({ hasText: "HTTP 400" });
  await expect(failure).toContainText("temperature");
  await expect(failure).toContainText("Change the setting that it names");
  await expect(failure.getByRole("link", { name: /^req_/ })).toHaveAttribute(
    "href",
    /^\/logs\?request=req_\w{26}$/,
  );
  await page.getByLabel("Temperature").fill("0.5");
  await failure.getByRole("button", { name: "Try again" }).click();
  await expect(facts(page)).toContainText("in all");
  await expect(failure).toHaveCount(0);

  // A key that was closed meanwhile opens nothing (P1).
  const sql = postgres(databaseUrl, { max: 1 });
  const keyId = await page.getByLabel("Key").inputValue();
  await sql`update api_keys set revoked_at = now() where id = ${keyId}`;
  await sql.end();
  await message(page).fill("Still there?");
  await sendButton(page).click();
  const revoked = page.getByRole("alert").filter({ hasText: "HTTP 401" });
  await expect(revoked).toContainText("this API key has been revoked");
  await expect(revoked.getByRole("link", { name: "Open the key" })).toHaveAttribute(
    "href",
    `/keys/${keyId}`,
  );
});

test("the request is copied as curl and for the SDKs, without a secret", async ({ page }) => {
  await signUp(page);
  await createTestKey(page, "Sandbox");
  await open(page, "/playground?model=glm-4.7&max_tokens=64&temperature=0.2");
  await message(page).fill('It\'s a "test"');
  await page.getByRole("radio", { name: "Code" }).check();
  for (const [label, parts] of [
    ["curl", ["curl -N http", "Bearer $", "It'\\''s a", '"max_tokens": 64', '"temperature": 0.2']],
    ["OpenAI JS", ["new OpenAI(", "process.env.", 'It\'s a \\"test\\"']],
    ["Anthropic JS", ["new Anthropic(", "messages.stream(", '"max_tokens": 64']],
    ["Python", ["from openai import OpenAI", "stream=True", "max_tokens=64"]],
  ] as const) {
    await page.getByRole("radio", { name: label }).check();
    await page.evaluate(() => navigator.clipboard.writeText("nothing yet"));
    await page.getByRole("button", { name: `Copy as ${label}` }).click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).not.toBe("nothing yet");
    for (const part of parts) expect(await copied()).toContain(part);
    expect(await copied()).not.toMatch(/_(live|test)_[0-9A-Za-z]{36}/);
  }
});

test("P14 nobody asks with another's key, from another's page, or without a session", async ({
  page,
  browser,
}) => {
  await signUp(page);
  await createTestKey(page, "Mine alone");
  await open(page);
  const keyId = await page.getByLabel("Key").inputValue();
  await ask(page, "Hello!");
  const requestId = new URL(
    (await page.getByRole("link", { name: "See in Logs" }).getAttribute("href")) ?? "",
    origin,
  ).searchParams.get("request");

  const stranger = await browser.newPage();
  await signUp(stranger);
  const send = (who: Page, keyIdSent: unknown, headers: Record<string, string> = { origin }) =>
    who.request.post("/playground/answer", {
      headers,
      data: {
        keyId: keyIdSent,
        body: { model: "deepseek-chat", messages: [{ role: "user", content: "Hi" }] },
      },
    });
  const random = "key_01kah5v3zq8m2n4c6d7e8f9gab";
  const answers = [await send(stranger, keyId), await send(stranger, random)];
  const told = await Promise.all(
    answers.map(async (answer) => (await answer.text()).replace(/req_\w+/, "req")),
  );
  expect(answers.map((answer) => answer.status())).toEqual([404, 404]);
  expect(told[0]).toBe(told[1]);
  const receipt = (who: Page, id: string | null) =>
    who.request.get(`/playground/receipt?request=${id}`).then((answer) => answer.text());
  expect(JSON.parse(await receipt(page, requestId))).toMatchObject({ costNanos: "0" });
  for (const id of [requestId, "req_01kah5v3zq8m2n4c6d7e8f9gab", "' or true --", ""]) {
    expect(await receipt(stranger, id)).toBe("null");
  }

  const foreign: Record<string, string>[] = [
    {},
    { origin: "https://evil.test" },
    { origin: "null" },
  ];
  for (const headers of foreign) {
    expect((await send(page, keyId, headers)).status()).toBe(403);
  }
  for (const wrong of [null, 5, [], {}, "x".repeat(4_096), "' OR 1=1 --", "key_\u0000"]) {
    expect([400, 404]).toContain((await send(page, wrong)).status());
  }
  for (const data of ["", "[]", "{", '{"keyId":"x"}', '{"keyId":"x","body":{"a":1}}']) {
    const answer = await page.request.post("/playground/answer", {
      headers: { origin, "content-type": "application/json" },
      data,
    });
    expect(answer.status(), data).toBe(400);
  }
  const visitor = await browser.newPage();
  expect((await send(visitor, keyId)).status()).toBe(401);
  await visitor.close();
  await stranger.close();
});

test("a viewer sees the page, is told whom to ask, and can't send past it", async ({ page }) => {
  const account = await signUp(page);
  await createTestKey(page, "Sandbox");
  const sql = postgres(databaseUrl, { max: 1 });
  await sql`
    update members set role = 'viewer'
    where user_id = (select id from users where email = ${account.email})`;
  await sql.end();
  await open(page);
  await expect(page.getByText("You can look around, not send")).toBeVisible();
  await message(page).fill("Hello!");
  await expect(sendButton(page)).toHaveAttribute("aria-disabled", "true");
  const answer = await page.request.post("/playground/answer", {
    headers: { origin },
    data: {
      keyId: await page.getByLabel("Key").inputValue(),
      body: { model: "deepseek-chat", messages: [{ role: "user", content: "Hi" }] },
    },
  });
  expect(answer.status()).toBe(403);
});

for (const size of sizeNames) {
  test(`every state of the playground is accessible and fits, ${size}`, async ({ page }) => {
    await lookAt(page, size);
    await enterDemo(page);
    const look = (state: string) => inspect(page, `playground-${state}`, size);
    await open(page);
    await look("empty");
    if (size === "phone") await page.getByRole("button", { name: "More settings" }).click();
    await page.getByLabel("Temperature").fill("3");
    await message(page).fill("Hello!");
    await sendButton(page).click();
    await expect(page.getByRole("alert").filter({ hasText: "HTTP 400" })).toBeVisible();
    await look("failed");
    await page.getByLabel("Temperature").fill("");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(facts(page)).toContainText("in all");
    for (const part of ["one", "two", "three"]) await ask(page, `Tell me part ${part}`);
    await page.getByRole("region", { name: "Messages" }).evaluate((box) => {
      box.scrollTop = 0;
    });
    await expect(page.getByRole("button", { name: "Jump to latest" })).toBeVisible();
    await turns(page).first().hover();
    await turns(page).first().getByRole("button", { name: "Edit message" }).click();
    await look("editing");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Jump to latest" }).click();
    await expect(page.getByRole("button", { name: "Jump to latest" })).toHaveCount(0);
    await page.getByRole("radio", { name: "Code" }).check();
    await look("code");
  });
}
