import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { readCredential } from "@/lib/gateway/credentials";
import { GatewayError } from "@/lib/gateway/errors";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { mintSecret } from "@/lib/keys/secret";

let door: TestDoor;

beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(() => door.close());

it("P10 a key pasted as a model, a field's name or a user agent isn't kept", async () => {
  const tenant = await createTenant(door.sql);
  const { secret } = await createTestKey(door.sql, tenant, { scopes: ["admin"] });
  const post = (path: string, body: object) =>
    fetch(`${door.origin}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${secret}`,
        "content-type": "application/json",
        "user-agent": `tool ${secret}`,
      },
      body: JSON.stringify(body),
    });
  const messages = [{ role: "user", content: "Hello" }];
  await post("/v1/chat/completions", { model: secret, messages });
  await post("/v1/chat/completions", { model: "deepseek-chat", messages, max_tokens: 5 });
  await post("/v1/resources", { name: "N", type: "t", [secret]: 1 });
  await post("/v1/resources", { name: "N", type: "t" });
  const kept = () => door.sql`
    select row_to_json(l)::text as text from request_log l where workspace_id = ${tenant.workspaceId}
    union all
    select row_to_json(s)::text from api_key_secrets s where workspace_id = ${tenant.workspaceId}
    union all
    select row_to_json(a)::text from audit_log a where workspace_id = ${tenant.workspaceId}`;
  // Four calls, the secret's own row, the resource's audit row.
  await expect.poll(async () => (await kept()).length, { timeout: 5_000 }).toBe(6);
  for (const { text } of await kept()) expect(text).not.toContain(secret);
  const details = (await kept()).map(({ text }) => text).join("\n");
  expect(details).toContain(`…${secret.slice(-4)}`);
});

it("a long body isn't parsed for somebody without a key", async () => {
  const { secret } = mintSecret("live");
  const words = Array.from({ length: 20_000 }, (_, i) => [`w${i}`, "x"]);
  const body = { model: "gpt-4", messages: [], logit_bias: Object.fromEntries(words) };
  const parsing = vi.spyOn(JSON, "parse");
  for (const path of [
    "/v1/chat/completions",
    "/v1/messages",
    "/v1/messages/count_tokens",
    "/v1/embeddings",
    "/v1/resources",
  ]) {
    const answer = await fetch(`${door.origin}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(401);
    await answer.text();
  }
  expect(parsing.mock.calls.filter(([text]) => text.length > 10_000)).toHaveLength(0);
  parsing.mockRestore();
});

it("a header of nothing but blanks in the middle is refused without a thought", () => {
  const value = `x${" ".repeat(16_000)}y`;
  const request: Pick<IncomingMessage, "url" | "rawHeaders"> = {
    url: "/v1/models",
    rawHeaders: ["x-api-key", value, "authorization", value],
  };
  const startedAtMs = performance.now();
  expect(() => readCredential(request)).toThrow(GatewayError);
  expect(performance.now() - startedAtMs).toBeLessThan(100);
});
