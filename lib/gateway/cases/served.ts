import Anthropic, { APIError as AnthropicError } from "@anthropic-ai/sdk";
import OpenAI, { APIError as OpenAiError } from "openai";
import { expect, vi } from "vitest";
import { applyConfiguration } from "@/db/configuration";
import { Configuration } from "@/lib/configuration";
import { type Caller, messages, openCaller } from "@/lib/gateway/cases/callers";
import { registry } from "@/lib/gateway/cases/fixture";
import type { Observed } from "@/lib/gateway/cases/judge";
import { generations, onRoutes, type World } from "@/lib/gateway/cases/world";
import type { ProtocolName } from "@/lib/gateway/chat";
import { readBooks, testSettings } from "@/lib/gateway/testing/gateway";
import { mockCredential, mockWords } from "@/lib/gateway/testing/mock-upstream";
import { costOf, mockPrice } from "@/lib/gateway/testing/provided-door";
import {
  type RawAnswer,
  type RawOptions,
  type RawUpstream,
  startRawUpstream,
} from "@/lib/gateway/testing/raw-upstream";
import { newId } from "@/lib/id";

export const protocols = ["openai", "anthropic"] as const;

/** A limit that a test may wait for, in milliseconds; the others are long. */
export const shortMs = 300;

export interface ServeOptions extends RawOptions {
  /** Instead of the upstream's own address. */
  baseUrl?: string;
  /** Whether it is taken for one that speaks TLS. */
  isTls?: boolean;
  timeouts?: Record<string, number>;
}

/** A model that a raw upstream answers for, while `work` needs it. */
export async function withServed<T>(
  { door }: Pick<World, "door">,
  protocol: ProtocolName,
  answer: RawAnswer,
  options: ServeOptions,
  work: (model: string, upstream: RawUpstream) => Promise<T>,
): Promise<T> {
  const upstream = await startRawUpstream(answer, options);
  const model = `case-${newId("request")}`;
  const path = protocol === "openai" ? "/v1" : "";
  const scheme = options.tls || options.isTls ? "https" : "http";
  const configuration = Configuration.parse({
    upstreams: [
      {
        id: model,
        kind: protocol,
        base_url: options.baseUrl ?? `${scheme}://127.0.0.1:${upstream.port}${path}`,
        api_key: mockCredential,
        allow_private: true,
        timeouts: { connect_ms: 5_000, first_byte_ms: 5_000, idle_ms: 5_000, ...options.timeouts },
      },
    ],
    models: [
      {
        id: model,
        upstreams: [model],
        upstream_model: "vendor-model",
        context_tokens: 128_000,
        output_tokens_max: 1_000,
        listed: false,
        price: mockPrice,
      },
    ],
  });
  await applyConfiguration(door.database.db, configuration, testSettings.credentialKey);
  try {
    return await work(model, upstream);
  } finally {
    await upstream.close();
  }
}

/** What a call that met an upstream's fault comes to. */
export type Bill =
  /** Free, and a failure in the log. */
  | "nothing"
  /** The mock's own figures: 17 tokens in, six out. */
  | "whole"
  /** The input alone, marked as estimated. */
  | "prompt"
  /** What was handed on before it broke, and the input. */
  | "delivered"
  /** Something between nothing and what was set aside, marked as estimated. */
  | "bounded";

/** One way in which an upstream misbehaves. */
export interface Variant {
  name: string;
  answer(protocol: ProtocolName): RawAnswer;
  /** Whether the caller asked for a stream; both where it doesn't say. */
  stream?: boolean;
  /** The failure that is due where it isn't the case's own. */
  due?: string;
  bill: Bill;
  /** How often the upstream is asked for one request. */
  attempts?: number;
  options?: ServeOptions;
  only?: ProtocolName;
  /** That an official client can't read it is no fault of the gateway's. */
  skipSdk?: boolean;
}

const maxTokens = 100;

async function rowOf({ door }: World, { tenant }: Caller) {
  return await vi.waitFor(
    async () => {
      const [row, more] = await door.sql`
        select outcome, estimated, input_tokens, output_tokens, cost_nanos::text as cost
        from request_log where workspace_id = ${tenant.workspaceId}`;
      if (!row || more) throw new Error("there isn't one row");
      return {
        outcome: String(row.outcome),
        estimated: Boolean(row.estimated),
        input: Number(row.input_tokens),
        output: Number(row.output_tokens),
        cost: BigInt(row.cost),
      };
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** Holds the books against what a case says of the bill. */
async function expectBill(world: World, caller: Caller, bill: Bill, name: string) {
  const row = await rowOf(world, caller);
  const books = await readBooks(world.door.sql, caller.tenant.workspaceId);
  const { cost } = row;
  expect(books, name).toMatchObject({
    ...{ holds: 0, heldNanos: 0n, rows: 1, usedNanos: cost, loggedNanos: cost },
    rolledUpNanos: cost,
  });
  expect(cost, name).toBe(costOf(row.input, row.output));
  const due = {
    nothing: { outcome: "failed", input: 0, output: 0, estimated: false },
    whole: { outcome: "ok", input: 17, output: mockWords.length, estimated: false },
    prompt: { outcome: "upstream_error", output: 0, estimated: true },
    delivered: { outcome: "upstream_error" },
    bounded: { outcome: "ok", estimated: true },
  }[bill];
  expect(row, name).toMatchObject(due);
  if (bill !== "nothing") expect(row.input, name).toBeGreaterThanOrEqual(0);
  if (bill === "prompt") expect(cost, name).toBeGreaterThan(0n);
  if (bill === "delivered") {
    expect(row.output, name).toBeGreaterThan(0);
    expect(row.output, name).toBeLessThan(mockWords.length);
  }
  if (bill === "bounded") expect(row.output, name).toBeLessThanOrEqual(maxTokens);
}

/** What the official client of a protocol makes of it. */
async function askBySdk(
  { door }: World,
  protocol: ProtocolName,
  model: string,
  secret: string,
  stream: boolean,
): Promise<{ text: string } | { error: unknown }> {
  const limits = { model, max_tokens: maxTokens, messages };
  try {
    if (protocol === "openai") {
      const baseURL = `${door.origin}/v1`;
      const { completions } = new OpenAI({ apiKey: secret, baseURL, maxRetries: 0 }).chat;
      const answer = stream
        ? await completions.stream(limits).finalChatCompletion()
        : await completions.create(limits);
      return { text: answer.choices[0]?.message.content ?? "" };
    }
    const client = new Anthropic({ apiKey: secret, baseURL: door.origin, maxRetries: 0 });
    const answer = stream
      ? await client.messages.stream(limits).finalMessage()
      : await client.messages.create(limits);
    const [block] = answer.content;
    return { text: block?.type === "text" ? block.text : "" };
  } catch (error) {
    return { error };
  }
}

async function expectSdk(world: World, model: string, due: string, variant: Variant, name: string) {
  const { bill, stream = false } = variant;
  for (const protocol of protocols) {
    const caller = await openCaller(world);
    const outcome = await askBySdk(world, protocol, model, caller.key.secret, stream);
    const who = `${name} · the SDK of ${protocol}`;
    if (due === "ok") expect(outcome, who).toEqual({ text: mockWords.join("") });
    else {
      const error = "error" in outcome ? outcome.error : null;
      const Known = protocol === "openai" ? OpenAiError : AnthropicError;
      expect(error, who).toBeInstanceOf(Error);
      if (bill === "nothing" && error instanceof Known) {
        const statuses = due.split("/").flatMap((code) => registry.get(code)?.status ?? []);
        expect([...statuses, 529], who).toContain(error.status);
      }
    }
    await expectBill(world, caller, bill, who);
  }
}

/** Sends what a variant is about from every kind of client, and holds bill and attempts against it. */
async function provokeOne(
  world: World,
  due: string,
  variant: Variant & { stream: boolean },
  protocol: ProtocolName,
): Promise<Observed[]> {
  const { name, stream, bill, attempts = 1 } = variant;
  const routes = stream ? generations.slice(0, 2) : generations;
  const label = `${name} · ${protocol}${stream ? " · streamed" : ""}`;
  const answer = variant.answer(protocol);
  return withServed(world, protocol, answer, variant.options ?? {}, async (model, upstream) => {
    const observed: Observed[] = [];
    for (const route of routes) {
      const caller = await openCaller(world);
      const json = { ...route.json, model, max_tokens: maxTokens, ...(stream ? { stream } : {}) };
      const before = upstream.requests.length;
      const expected = variant.due === undefined ? {} : { due: variant.due };
      const { secret } = caller.key;
      observed.push(...(await onRoutes(world, [{ ...route, json }], label, { secret }, expected)));
      await expectBill(world, caller, bill, `${label} · ${route.path}`);
      if (attempts > 0) expect(upstream.requests.length - before, label).toBe(attempts);
    }
    for (const { answer: seen } of observed) {
      const all = `${seen.text}${JSON.stringify([...seen.headers])}`;
      expect(all, label).not.toMatch(/CANARY|org-mock|mock-provider|vendor|set-cookie/i);
    }
    if (!variant.skipSdk) await expectSdk(world, model, variant.due ?? due, variant, label);
    return observed;
  });
}

/** Every variant at upstreams of both protocols, streamed and not where it doesn't say. */
export async function provoke(
  world: World,
  due: string,
  variants: readonly Variant[],
): Promise<Observed[]> {
  const runs = variants.flatMap((variant) => {
    const streams = variant.stream === undefined ? [false, true] : [variant.stream];
    const kinds = variant.only ? [variant.only] : protocols;
    return streams.flatMap((stream) =>
      kinds.map((protocol) => () => provokeOne(world, due, { ...variant, stream }, protocol)),
    );
  });
  const observed: Observed[] = [];
  const work = async () => {
    for (let run = runs.shift(); run; run = runs.shift()) observed.push(...(await run()));
  };
  // Most of the time they wait: for one another's pauses between attempts, and for time limits.
  await Promise.all(Array.from({ length: 12 }, work));
  return observed;
}
