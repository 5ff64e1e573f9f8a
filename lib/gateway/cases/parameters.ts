import { expect, vi } from "vitest";
import { z } from "zod";
import {
  anthropic,
  counting,
  each,
  embed,
  embeddings,
  everywhere,
  type Fields,
  onBoth,
  openAi,
  rest,
  send,
  sendText,
  turn,
  withFields,
} from "@/lib/gateway/cases/fields";
import type { Observed } from "@/lib/gateway/cases/judge";
import { otherParameters } from "@/lib/gateway/cases/other-parameters";
import { onRoutes, type Provocations, type Route, type World } from "@/lib/gateway/cases/world";
import { createTenant, createTestKey } from "@/lib/gateway/testing/gateway";

function deepSchema(levels: number): Fields {
  let schema: Fields = { type: "string" };
  for (let i = 0; i < levels; i++) schema = { type: "object", properties: { a: schema } };
  return schema;
}

const openAiTool = (name: string, parameters: Fields = { type: "object" }) => ({
  type: "function",
  function: { name, parameters },
});
const anthropicTool = (name: string, schema: Fields = { type: "object" }) => ({
  name,
  input_schema: schema,
});

const badNames = ["a\r\nb", "", "a b", "a".repeat(200), "a.b", "é", "../x", "a\u0000b", 5, null];

/** Addresses that lead inside, aren't addresses, or carry something that isn't an image. */
const badAddresses = [
  ...["http://169.254.169.254/", "file:///etc/passwd", "gopher://x/", "http://example.com/a.png"],
  ...["https://169.254.169.254/latest/meta-data/", "https://localhost/a.png", "https://127.0.0.1/"],
  ...[
    "https://[::1]/",
    "https://[::ffff:7f00:1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://127.1/",
  ],
  ...[
    "https://0.0.0.0/",
    "https://10.0.0.8/",
    "https://192.168.1.1/",
    "https://[fd00::1]/",
    "https://metadata/",
  ],
  ...[
    "https://metadata.google.internal/",
    "ftp://example.com/a.png",
    "javascript:alert(1)",
    "data:text/html,x",
  ],
  ...[
    "data:image/svg+xml;base64,PHN2Zy8+",
    "data:image/png,x",
    "//example.com/a.png",
    "a.png",
    "",
    " ",
    "\u0000",
  ],
  ...[
    "https://user:pw@example.com/a.png",
    "https://",
    "https:///etc/passwd",
    "blob:https://example.com/x",
  ],
];

const imageIn = (url: unknown) => [
  { role: "user", content: [{ type: "image_url", image_url: { url } }] },
];
const imageFrom = (url: unknown) => [
  { role: "user", content: [{ type: "image", source: { type: "url", url } }] },
];

/** Names under which clients' libraries know another address, key or header. */
const dangerous: Fields = {
  api_base: "http://evil.test",
  base_url: "http://evil.test",
  api_key: "sk-x",
  extra_headers: { "X-A": "b" },
  baseURL: "http://evil.test",
  apiKey: "sk-x",
  extra_body: {},
  headers: {},
  proxies: {},
  organization: undefined,
  azure_endpoint: "http://evil.test",
  access_token: "x",
  custom_llm_provider: "x",
  litellm_params: {},
  vertex_credentials: "x",
  model_list: [],
};

async function stripUsage(world: World): Promise<Observed[]> {
  const options = [{ include_usage: false }, {}, null, { include_usage: null }];
  const observed = await withFields(
    world,
    openAi,
    Object.fromEntries(
      options.map((option, i) => [`${i}`, { stream: true, stream_options: option }]),
    ),
  );
  for (const { answer, variant } of observed) {
    expect(answer.text, variant).toMatch(/data: \[DONE\]\n\n$/);
    expect(answer.text, variant).not.toContain('"usage":{');
    const id = answer.headers.get("x-request-id");
    await vi.waitFor(async () => {
      const [row] = await world.door.sql`
        select input_tokens > 0 and output_tokens > 0 and cost_nanos > 0 as is_metered
        from request_log where id = ${id}`;
      expect(row).toEqual({ is_metered: true });
    });
  }
  return observed;
}

async function balanceForOne(world: World): Promise<Observed[]> {
  const poor = await createTenant(world.door.sql, { balanceUsd: "0" });
  const { secret } = await createTestKey(world.door.sql, poor);
  const json = { prompt: "Hello", model: "gpt-4", max_tokens: 100 };
  const refused = await world.ask({ method: "POST", path: rest, json, secret });
  const Refused = z.object({ error: z.object({ details: z.object({ required: z.string() }) }) });
  const { required } = Refused.parse(JSON.parse(refused.text)).error.details;
  const tenant = await createTenant(world.door.sql, { balanceUsd: required });
  const key = await createTestKey(world.door.sql, tenant);
  const route = (n: number): Route => ({
    dialect: "openai",
    method: "POST",
    path: openAi,
    json: { model: "gpt-4", max_tokens: 100, n, messages: [turn] },
  });
  const change = { secret: key.secret };
  const many = await onRoutes(world, [route(8), route(2), route(128)], "n", change);
  // The same for one is what there is money for.
  return [...many, ...(await onRoutes(world, [route(1)], "one", change, { due: "ok" }))];
}

const unknownModels = [
  ...[
    "../gpt",
    "gpt\r\nX: y",
    "http://evil/",
    "gpt-4/../gpt-4",
    "GPT-4",
    "gpt-4 ",
    "constructor",
    "__proto__",
  ],
  ...[
    "*",
    "%2e%2e",
    "gpt-4?x=1",
    "😀",
    "null",
    "' or 1=1 --",
    "{{7*7}}",
    "a".repeat(200),
    "openai/gpt-4",
  ],
];
const noModel = { model: undefined };

/** Group E: what stands in a body or a query. */
export const parameters: Provocations = {
  E01: async (world) => {
    const param = { due: "missing_param", param: "model" };
    return [
      ...(await everywhere(world, { none: noModel }, param)),
      ...(await everywhere(
        world,
        { "and nothing else": { ...noModel, max_tokens: undefined } },
        param,
      )),
      ...(await send(world, embeddings, { none: { input: "a" } }, param)),
      ...(await send(world, counting, { none: { messages: [turn] } }, param)),
    ];
  },
  E02: async (world) => {
    const values = ["", 5, null, [], "a".repeat(300), {}, true, ["gpt-4"], 0, "a".repeat(201)];
    const param = { param: "model" };
    return [
      ...(await everywhere(world, each("model", values), param)),
      ...(await send(
        world,
        embeddings,
        Object.fromEntries(values.map((v, i) => [i, { ...embed("a"), model: v }])),
        param,
      )),
    ];
  },
  E04: async (world) => {
    const observed = await everywhere(world, each("model", unknownModels));
    for (const { answer, dialect } of observed) {
      expect(answer.headers.get("x")).toBeNull();
      const { error } = JSON.parse(answer.text);
      const name = dialect === "rest" ? error.details.model : error.message.replace(/^model: /, "");
      expect(unknownModels).toContain(name);
    }
    return observed;
  },
  E05: async (world) => {
    const param = { param: "messages" };
    const none = { none: { messages: undefined } };
    const wrong = each("messages", [[], {}, "Hello", 5, null, true]);
    return [
      ...(await onBoth(world, none, { ...param, due: "missing_param" })),
      ...(await onBoth(world, wrong, { ...param, due: "param" })),
      ...(await onBoth(world, each("messages", [["Hello"], [null], [[]], [5]]), { due: "param" })),
    ];
  },
  E07: async (world) => {
    const contents = [5, null, {}, true, [5], [null], [[]], { type: "text", text: "a" }, ["a"]];
    const messages = contents.map((content) => [{ role: "user", content }]);
    const later = contents.slice(0, 3).map((content) => [turn, { role: "user", content }]);
    return [
      ...(await onBoth(world, each("messages", messages))),
      ...(await onBoth(world, each("messages", later), { param: "messages.1.content" })),
      ...(await withFields(world, rest, each("prompt", [5, null, {}, ["a"], ""]), {
        param: "prompt",
      })),
    ];
  },
  E08: (world) => {
    const many = (count: number) => ({ messages: Array.from({ length: count }, () => turn) });
    return onBoth(world, { "10,001": many(10_001), "20,000": many(20_000) }, { param: "messages" });
  },
  E10: async (world) => {
    const values = [8_193, 1e9, 2 ** 53, 1e300, 0, -1, 1.5, "16", true, [], {}];
    const param = { param: "max_tokens" };
    return [
      ...(await everywhere(world, each("max_tokens", values), param)),
      ...(await withFields(world, openAi, {
        current: { max_tokens: undefined, max_completion_tokens: 8_193 },
      })),
      ...(await everywhere(world, { "the most": { max_tokens: 8_192 } }, { due: "ok" })),
    ];
  },
  E11: async (world) => [
    ...(await withFields(world, openAi, {
      lower: { max_tokens: 5, max_completion_tokens: 6 },
      higher: { max_tokens: 7, max_completion_tokens: 6 },
    })),
    ...(await withFields(
      world,
      openAi,
      { same: { max_tokens: 6, max_completion_tokens: 6 } },
      { due: "ok" },
    )),
  ],
  E13: balanceForOne,
  E14: async (world) => {
    const param = { param: "temperature" };
    const values = [-0.1, 2.1, "hot", "NaN", "1", true, [], {}, 1e300, -1e-9];
    const nan = {
      NaN: '{"model":"gpt-4","messages":[{"role":"user","content":"a"}],"temperature":NaN}',
    };
    return [
      ...(await everywhere(world, each("temperature", values), param)),
      ...(await withFields(world, anthropic, each("temperature", [1.1, 2]), param)),
      ...(await sendText(world, openAi, nan, { due: "json" })),
      ...(await everywhere(world, each("temperature", [0, 1, 0.5]), { due: "ok" })),
    ];
  },
  E16: (world) =>
    everywhere(world, each("stream", ["true", 1, "false", 0, "", [], {}, "yes"]), {
      param: "stream",
    }),
  E17: stripUsage,
  E19: async (world) => {
    const openAiTools = (tools: unknown): Fields => ({ tools });
    const many = Array.from({ length: 129 }, (_, i) => `t${i}`);
    const bad = badNames.map((name) => String(name));
    return [
      ...(await withFields(world, openAi, {
        "129": openAiTools(many.map((name) => openAiTool(name))),
        "200 deep": openAiTools([openAiTool("a", deepSchema(200))]),
        "an object": openAiTools({}),
        "a list as schema": openAiTools([
          { type: "function", function: { name: "a", parameters: [] } },
        ]),
        twice: openAiTools([openAiTool("a"), openAiTool("a")]),
        ...Object.fromEntries(
          bad
            .filter((name) => name !== "5" && name !== "null")
            .map((name) => [name, openAiTools([openAiTool(name)])]),
        ),
      })),
      ...(await withFields(world, anthropic, {
        "129": { tools: many.map((name) => anthropicTool(name)) },
        "200 deep": { tools: [anthropicTool("a", deepSchema(200))] },
        "an object": { tools: {} },
        "a list as schema": { tools: [{ name: "a", input_schema: [] }] },
        ...Object.fromEntries(
          bad
            .filter((name) => name !== "5" && name !== "null")
            .map((name) => [name, { tools: [anthropicTool(name)] }]),
        ),
      })),
      ...(await withFields(
        world,
        openAi,
        { "128": openAiTools(many.slice(1).map((n) => openAiTool(n))) },
        { due: "ok" },
      )),
    ];
  },
  E20: async (world) => {
    const urls = [...badAddresses, 5, null, {}];
    const ok = ["https://example.com/a.png", "data:image/png;base64,iVBORw0KGgo="];
    return [
      ...(await withFields(world, openAi, each("messages", urls.map(imageIn)))),
      ...(await withFields(world, anthropic, each("messages", urls.map(imageFrom)))),
      ...(await withFields(world, openAi, each("messages", ok.map(imageIn)), { due: "ok" })),
    ];
  },
  E22: async (world) => {
    const bad = ["a".repeat(5 * 1024), "a\u0000b", 5, [], {}, "a".repeat(513)];
    return [
      ...(await withFields(world, openAi, each("user", bad), { param: "user" })),
      ...(await withFields(
        world,
        anthropic,
        each(
          "metadata",
          bad.map((user_id) => ({ user_id })),
        ),
        {
          param: "metadata.user_id",
        },
      )),
      ...(await send(
        world,
        embeddings,
        Object.fromEntries(bad.map((user, i) => [i, { ...embed("a"), user }])),
      )),
    ];
  },
  E23: async (world) => {
    const names = Object.entries(dangerous).filter(([, value]) => value !== undefined);
    const variants = Object.fromEntries(names.map(([name, value]) => [name, { [name]: value }]));
    const observed = await everywhere(world, variants);
    const others = names.map(([name, value]) => [name, { ...embed("a"), [name]: value }]);
    return [...observed, ...(await send(world, embeddings, Object.fromEntries(others)))];
  },
  E25: async (world) => {
    const wrong: Record<string, Fields> = {
      "seed 2^63": { seed: 2 ** 63 },
      "seed below -2^63": { seed: -(2 ** 64) },
      "a fraction": { seed: 1.5 },
      "a seed as text": { seed: "1" },
      "top_p 0": { top_p: 0 },
      "top_p 1.1": { top_p: 1.1 },
      "top_p -1": { top_p: -1 },
      "top_p text": { top_p: "1" },
      "logprobs with n": { logprobs: true, n: 2 },
      "top_logprobs alone": { top_logprobs: 2 },
      "top_logprobs 21": { logprobs: true, top_logprobs: 21 },
      "n 0": { n: 0 },
      "n 129": { n: 129 },
      "n 1.5": { n: 1.5 },
      "a penalty": { presence_penalty: 2.1 },
      "five stops": { stop: ["a", "b", "c", "d", "e"] },
    };
    return withFields(world, openAi, wrong);
  },
  ...otherParameters,
};
