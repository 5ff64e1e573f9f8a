import { expect } from "vitest";
import { applyConfiguration } from "@/db/configuration";
import { Configuration } from "@/lib/configuration";
import type { ProtocolName } from "@/lib/gateway/chat";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type TestDoor,
  type TestKey,
  testSettings,
} from "@/lib/gateway/testing/gateway";
import {
  type MockExchange,
  type MockUpstream,
  mockCredential,
  startMockUpstream,
} from "@/lib/gateway/testing/mock-upstream";
import { priceTokens } from "@/lib/models/price";

/** Dollars per million tokens, odd enough that a rounding would show. */
export const mockPrice = { input_usd_per_mtok: "3.000000007", output_usd_per_mtok: "15.000000011" };
const nanos = { inputNanosPerMtok: 3_000_000_007n, outputNanosPerMtok: 15_000_000_011n };

/** A gateway in front of two mock providers, one of each protocol. */
export interface ProvidedDoor {
  door: TestDoor;
  openai: MockUpstream;
  anthropic: MockUpstream;
  close(): Promise<void>;
}

export interface ProvidedOptions {
  /** Milliseconds, as in a configuration. */
  timeouts?: Record<string, number>;
  /** None, where a test starts its own. */
  gateways?: number;
}

/**
 * Opens it. Models: `of-openai`, `of-anthropic`, `of-both` (OpenAI first, then Anthropic), `of-nobody`
 * (a port where nothing listens) and `of-nobody-or-openai`.
 */
export async function openProvidedDoor(options: ProvidedOptions = {}): Promise<ProvidedDoor> {
  const [door, openai, anthropic, gone] = await Promise.all([
    openTestDoor(options.gateways === undefined ? {} : { gateways: options.gateways }),
    startMockUpstream("openai"),
    startMockUpstream("anthropic"),
    startMockUpstream("openai"),
  ]);
  await gone.close();
  const upstream = (id: string, { protocol, baseUrl }: MockUpstream) => ({
    id,
    kind: protocol,
    base_url: baseUrl,
    api_key: mockCredential,
    allow_private: true,
    timeouts: options.timeouts ?? {},
  });
  const model = (id: string, upstreams: string[]) => ({
    id,
    upstreams,
    upstream_model: `vendor-${id}`,
    context_tokens: 128_000,
    output_tokens_max: 1_000,
    price: mockPrice,
  });
  const configuration = Configuration.parse({
    upstreams: [
      upstream("openai", openai),
      upstream("anthropic", anthropic),
      upstream("nobody", gone),
    ],
    models: [
      model("of-openai", ["openai"]),
      model("of-anthropic", ["anthropic"]),
      model("of-both", ["openai", "anthropic"]),
      model("of-nobody", ["nobody"]),
      model("of-nobody-or-openai", ["nobody", "openai"]),
    ],
  });
  await applyConfiguration(door.database.db, configuration, testSettings.credentialKey);
  return {
    door,
    openai,
    anthropic,
    async close() {
      await door.close();
      await Promise.all([openai.close(), anthropic.close()]);
    },
  };
}

/** A fresh workspace with a live key on it, and requests with that key. */
export function newCaller({ door }: ProvidedDoor, options: { balanceUsd?: string } = {}) {
  return newCallerOf(door, options);
}

/** The same at any door. */
export async function newCallerOf(door: TestDoor, options: { balanceUsd?: string } = {}) {
  const tenant = await createTenant(door.sql, options);
  const key = await createTestKey(door.sql, tenant);
  return new Caller(door, tenant.workspaceId, key);
}

export const messages = [{ role: "user" as const, content: "Hello" }];

export class Caller {
  constructor(
    private readonly door: TestDoor,
    readonly workspaceId: string,
    readonly key: TestKey,
  ) {}

  post(
    protocol: ProtocolName,
    model: string,
    body: Record<string, unknown> = {},
    signal?: AbortSignal,
    headers: Record<string, string> = {},
    origin = this.door.origin,
  ): Promise<Response> {
    const path = protocol === "openai" ? "/v1/chat/completions" : "/v1/messages";
    return fetch(`${origin}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.key.secret}`,
        "content-type": "application/json",
        ...headers,
      },
      body: JSON.stringify({ model, max_tokens: 100, messages, ...body }),
      ...(signal ? { signal } : {}),
    });
  }

  /** The log rows, oldest first, once there are so many. */
  async rows(count: number) {
    const { sql } = this.door;
    await expect
      .poll(async () => (await readBooks(sql, this.workspaceId)).rows, { timeout: 10_000 })
      .toBe(count);
    return await sql`
      select status, outcome, error_code, estimated, details, input_tokens, output_tokens,
        cost_nanos::text, model, stream, late
      from request_log where workspace_id = ${this.workspaceId} order by at, id`;
  }

  /** The only row, with nothing left in the books that it doesn't explain. */
  async settled() {
    const [row] = await this.rows(1);
    const books = await readBooks(this.door.sql, this.workspaceId);
    const cost = BigInt(row?.cost_nanos);
    expect(books).toMatchObject({
      ...{ holds: 0, heldNanos: 0n, usedNanos: cost, loggedNanos: cost, rolledUpNanos: cost },
    });
    return {
      status: Number(row?.status),
      outcome: row?.outcome,
      errorCode: row?.error_code,
      estimated: row?.estimated,
      late: row?.late,
      usage: row?.details?.usage ?? null,
      inputTokens: Number(row?.input_tokens),
      outputTokens: Number(row?.output_tokens),
      costNanos: cost,
    };
  }
}

/** What so many tokens cost at the models of this door. */
export function costOf(inputTokens: number, outputTokens: number): bigint {
  return priceTokens({ inputTokens, outputTokens }, nanos);
}

/** What an exchange costs by the mock's own account. */
export function trueCost({ inputTokens, outputTokens }: MockExchange): bigint {
  return costOf(inputTokens, outputTokens);
}
