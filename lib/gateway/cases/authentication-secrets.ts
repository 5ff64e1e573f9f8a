import { createHash } from "node:crypto";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { expect } from "vitest";
import type { Observed } from "@/lib/gateway/cases/judge";
import { changed, withTokens } from "@/lib/gateway/cases/tokens";
import { answerTo } from "@/lib/gateway/cases/wire";
import type { Provocations, World } from "@/lib/gateway/cases/world";
import { mintSecret } from "@/lib/keys/secret";

const flipCase = (text: string) =>
  [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join("");

/** Both official clients make their own error of it. */
async function expectSdkErrors({ door }: World, secret: string): Promise<void> {
  const openAi = new OpenAI({ apiKey: secret, baseURL: `${door.origin}/v1` });
  await expect(openAi.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  const anthropic = new Anthropic({ authToken: secret, apiKey: null, baseURL: door.origin });
  const asked = anthropic.messages.create({
    model: "deepseek-chat",
    max_tokens: 5,
    messages: [{ role: "user", content: "Hi" }],
  });
  await expect(asked).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
}

/** Nobody who waits for the database answers while nobody may read the keys. */
async function withoutKeys({ door }: World, work: () => Promise<Observed[]>): Promise<Observed[]> {
  return await door.sql.begin(async (tx) => {
    await tx`lock table api_key_secrets in access exclusive mode`;
    return await work();
  });
}

/** Secrets that nobody was ever given. */
export const secrets: Provocations = {
  B16: async (world) => {
    const { secret } = world.key;
    const places = [0, 5, 10, 24, 39, 40, 45];
    const tokens = Object.fromEntries(places.map((at) => [`character ${at}`, changed(secret, at)]));
    const other = { "another environment": secret.replace("_live_", "_test_") };
    return [
      ...(await withoutKeys(world, () => withTokens(world, tokens))),
      ...(await withTokens(world, other)),
    ];
  },
  B17: async (world) => {
    const strip = (text: string) => text.replace(/req_\w+/, "");
    const never = mintSecret("live").secret;
    const tokens = { live: never, test: mintSecret("test").secret };
    const unknown = await withTokens(world, tokens);
    const wrong = await withTokens(world, { live: changed(never, 20), test: changed(never, 44) });
    expect(unknown.map(({ answer }) => strip(answer.text))).toEqual(
      wrong.map(({ answer }) => strip(answer.text)),
    );
    await expectSdkErrors(world, never);
    return unknown;
  },
  B19: (world) => {
    const { secret } = world.key;
    const at = secret.slice(12).search(/[a-zA-Z]/) + 12;
    return withTokens(world, {
      all: secret.slice(0, 10) + flipCase(secret.slice(10)),
      one: secret.slice(0, at) + flipCase(secret.charAt(at)) + secret.slice(at + 1),
      prefix: flipCase(secret.slice(0, 9)) + secret.slice(9),
      capitals: secret.toUpperCase(),
    });
  },
  B20: (world) => {
    const ends = [
      "%0a",
      "%0d%0a",
      "%00",
      "%20",
      "\u200b",
      "\ufeff",
      "\u00a0",
      "\u2028",
      "\\n",
      ";",
      ",",
    ];
    const { secret } = world.key;
    const quoted = {
      quotes: `"${secret}"`,
      brackets: `<${secret}>`,
      "in front": `\u200b${secret}`,
    };
    return withTokens(world, {
      ...quoted,
      ...Object.fromEntries(ends.map((end) => [JSON.stringify(end), secret + end])),
    });
  },
  B22: (world) => {
    const { secret } = world.key;
    return withTokens(world, {
      "35": secret.slice(0, -1),
      "37": `${secret}a`,
      "35, the first gone": secret.slice(0, 10) + secret.slice(11),
      none: secret.slice(0, 10),
      "the prefix": secret.slice(0, 4),
      twice: secret + secret,
      another: "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz",
      "no prefix": secret.slice(10),
    });
  },
  B23: async (world) => {
    const seen = await withTokens(world, {
      "10 KB": "a".repeat(10_240),
      "10 KB behind a key": world.key.secret + "a".repeat(10_240),
      "15 KB": "a".repeat(15_000),
    });
    const text = `GET /v1/models HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${"a".repeat(17_000)}\r\n\r\n`;
    expect((await answerTo(world.door.origin, text)).status).toBe(431);
    return seen;
  },
  B25: (world) =>
    withTokens(world, {
      percent: "%",
      "cut off": "%E0%A4%A",
      "no hex": "%zz",
      "an accent": "é",
      JSON: "{}",
      "a quote": '"',
      "a bracket": "[object",
      "an entity": "&#0;",
    }),
  B26: (world) => {
    const digest = createHash("sha256").update(world.key.secret).digest();
    return withTokens(world, {
      hex: digest.toString("hex"),
      base64: digest.toString("base64").replaceAll("+", "-"),
      base64url: digest.toString("base64url"),
      "behind the prefix": world.key.secret.slice(0, 10) + digest.toString("hex").slice(0, 36),
    });
  },
};
