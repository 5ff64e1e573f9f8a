import { execFileSync } from "node:child_process";
import Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "@playwright/test";
import OpenAI from "openai";
import { arrived, revisit, visit } from "./arrive";
import { findLeaks } from "./leaks";
import { apiUrl, createKey, readBalanceNanos, readNanos, signUpByHand } from "./steps";
import { recordTraffic } from "./traffic";

test("D1 D3 D4 D6 D10 D11 D13 sign up, make a key, call the API, watch the balance move, top up, revoke", async ({
  page,
}) => {
  const traffic = await recordTraffic(page);
  await signUpByHand(page);
  await expect(page).toHaveURL(/\/overview$/);
  const before = await readBalanceNanos(page);
  expect(before).toBe(5_000_000_000n);

  const secret = await createKey(page, "Journey");
  expect(secret).toMatch(/^gate_live_[0-9A-Za-z]{36}$/);
  await expect(page.getByText(`…${secret.slice(-4)}`)).toBeVisible();

  await test.step("the overview ticks when the first request arrives", async () => {
    await visit(page, "/overview");
    await expect(page.getByText("Waiting for the first request…")).toBeVisible();
    await callWithSdks(secret);
    await expect(page.getByText("2 of 3 steps done")).toBeVisible();
  });

  const spent = await test.step("usage and balance are the sum of the costs", async () => {
    const costs = await spendExactly(secret);
    await visit(page, "/usage");
    // All five are in the books: those of the SDKs, one of them streamed, and those of curl.
    await expect(page.getByRole("definition").nth(2)).toHaveText("5");
    await expect(async () => {
      const usageNanos = await readNanos(page.getByRole("definition").first());
      const balance = await readBalanceNanos(page);
      expect(before - balance).toBe(usageNanos);
      expect(usageNanos).toBeGreaterThan(costs);
    }).toPass();
    return before - (await readBalanceNanos(page));
  });

  await test.step("a top-up is credited once", async () => {
    await visit(page, "/billing");
    await page.getByRole("button", { name: "Top up" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("$25").click();
    await dialog.getByRole("button", { name: "Top up" }).click();
    await expect(page).toHaveURL(/\/checkout\//);
    await arrived(page);
    await page.getByRole("button", { name: /^Pay/ }).click();
    await expect(page).toHaveURL(/\/billing/);
    await expect(async () => {
      expect(await readBalanceNanos(page)).toBe(before - spent + 25_000_000_000n);
    }).toPass();
    await revisit(page);
    expect(await readBalanceNanos(page)).toBe(before - spent + 25_000_000_000n);
  });

  await test.step("a revoked key is refused at once", async () => {
    await visit(page, "/keys");
    await page.getByRole("button", { name: "Actions for Journey" }).click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
    const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
    await expect(dialog.getByRole("button", { name: "Revoke key" })).toBeDisabled();
    await dialog.getByLabel("Type Journey to confirm").fill("Journey");
    await dialog.getByRole("button", { name: "Revoke key" }).click();
    await expect(page.getByRole("row", { name: /Journey/ }).getByText(/revoked/i)).toBeVisible();
    // By either door: the gateway's own port and the dashboard's origin.
    for (const origin of [apiUrl, new URL(page.url()).origin]) {
      const response = await fetch(`${origin}/v1/models`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      expect(response.status).toBe(401);
      expect((await response.json()).error.code).toBe("revoked_api_key");
    }
  });

  await test.step("the secret was sent once, and is nowhere to be found now", async () => {
    expect(await findLeaks(secret)).toEqual([]);
    expect(traffic.received.join("\n").split(secret).length - 1).toBe(1);
    expect(await page.content()).not.toContain(secret);
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
    );
    expect(stored).not.toContain(secret);
  });
});

/** The clients of the documents, with nothing but what they tell their readers to set. */
async function callWithSdks(secret: string): Promise<void> {
  process.env.OPENAI_API_KEY = secret;
  process.env.OPENAI_BASE_URL = `${apiUrl}/v1`;
  const openai = new OpenAI();
  const completion = await openai.chat.completions.create({
    model: "glm-4.7",
    messages: [{ role: "user", content: "Hello!" }],
  });
  expect(completion.choices[0]?.message.content).toContain("Hello!");

  process.env.ANTHROPIC_AUTH_TOKEN = secret;
  process.env.ANTHROPIC_BASE_URL = apiUrl;
  const request = {
    model: "claude-haiku-4-5-20251001",
    max_tokens: 200,
    messages: [{ role: "user" as const, content: "Hello!" }],
  };
  const anthropic = new Anthropic();
  const message = await anthropic.messages.create(request);
  const byKey = new Anthropic({ apiKey: secret, authToken: null });
  const streamed = await byKey.messages.stream(request).finalMessage();
  expect(streamed.content).toEqual(message.content);
}

/** The documents' curl commands, word for word but for host and key; answers what they cost. */
async function spendExactly(secret: string): Promise<bigint> {
  const agCloud = `curl -si ${apiUrl}/v1/messages \
  -H "Authorization: Bearer ${secret}" \
  -H "Content-Type: application/json" \
  -d '{
   "model": "claude-haiku-4-5-20251001",
    "messages": [
        {
            "role":"user",
            "content": [{"type":"text","text": "Hello!"}]
        }
    ]
  }'`;
  const ember = `curl -si ${apiUrl}/v1/chat/completions \
-H "Authorization: Bearer ${secret}" \
-H "Content-Type: application/json" \
-d '{
"model": "glm-4.7",
"messages": [{"role": "user", "content": "Hello!"}]
}'`;
  let total = 0n;
  for (const command of [agCloud, ember]) {
    const answer = execFileSync("bash", ["-c", command]).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const cost = /^x-request-cost: ([\d.]+)/im.exec(answer)?.[1] ?? "";
    expect(cost).not.toBe("");
    total += BigInt(Math.round(Number(cost) * 1e9));
  }
  return total;
}
