import { untilChangesAreKnown } from "@/db/changes";
import type { Answer } from "@/lib/gateway/cases/wire";
import { generations, type Route, type World } from "@/lib/gateway/cases/world";
import { startGateway } from "@/lib/gateway/server";
import {
  createTenant,
  createTestKey,
  type Tenant,
  type TestKey,
  testSettings,
} from "@/lib/gateway/testing/gateway";
import { newId } from "@/lib/id";

export interface Caller {
  tenant: Tenant;
  key: TestKey;
}

export async function openCaller(
  { door }: World,
  options: Parameters<typeof createTenant>[1] = {},
): Promise<Caller> {
  const tenant = await createTenant(door.sql, options);
  return { tenant, key: await createTestKey(door.sql, tenant, { scopes: ["read", "write"] }) };
}

export async function changeWorkspace(
  world: World,
  { tenant }: Caller,
  columns: Record<string, unknown>,
): Promise<void> {
  const { sql } = world.door;
  await sql`update workspaces set ${sql(columns)} where id = ${tenant.workspaceId}`;
  await untilChangesAreKnown(world.door.database.db);
}

export async function changeKey(
  world: World,
  { key }: Pick<Caller, "key">,
  columns: Record<string, unknown>,
): Promise<void> {
  const { sql } = world.door;
  await sql`update api_keys set ${sql(columns)} where id = ${key.id}`;
  await untilChangesAreKnown(world.door.database.db);
}

export const setBalance = ({ door }: World, { tenant }: Caller, nanos: bigint) => door.sql`
  update budgets set "limit" = ${nanos.toString()}
  where workspace_id = ${tenant.workspaceId} and kind = 'balance'`;

/** A model of this test's own, answered like another one, at a price in nano-dollars a token. */
export async function addModel(
  { door }: World,
  like: string,
  nanosAToken: bigint,
): Promise<string> {
  const id = `case-${newId("request")}`;
  await door.sql`
    insert into models (id, display_name, owned_by, upstream_id, upstream_model, context_tokens,
      output_tokens_max, output_tokens_default, listed)
    select ${id}, ${id}, owned_by, upstream_id, upstream_model, context_tokens, output_tokens_max,
      output_tokens_default, false
    from models where id = ${like}`;
  await door.sql`
    insert into model_prices (model_id, effective_from, input_nanos_per_mtok, output_nanos_per_mtok)
    values (${id}, '2026-01-01', 0, ${(nanosAToken * 1_000_000n).toString()})`;
  return id;
}

export const messages = [{ role: "user" as const, content: "Hello" }];
export const chat = (more: object = {}): Route & { json: Record<string, unknown> } => ({
  dialect: "openai",
  method: "POST",
  path: "/v1/chat/completions",
  json: { model: "deepseek-chat", max_tokens: 16, messages, ...more },
});
export const generationsOf = (model: string): Route[] =>
  generations.map((route) => ({ ...route, json: { ...route.json, model } }));

export async function statusOf(
  { ask }: World,
  { key }: Caller,
  route: Route,
  headers = {},
): Promise<number> {
  return (await ask({ ...route, secret: key.secret, headers })).status;
}

/** More gateways on the same database, while `work` needs them. */
export async function withGateways<T>(
  { door }: World,
  count: number,
  work: (origins: string[], stop: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const options = { databaseUrl: door.database.url, port: 0, settings: testSettings };
  const gateways = await Promise.all(Array.from({ length: count }, () => startGateway(options)));
  const stop = async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop(5_000)));
  };
  try {
    return await work(
      gateways.map(({ port }) => `http://127.0.0.1:${port}`),
      stop,
    );
  } finally {
    await stop();
  }
}

export function post(
  origin: string,
  { path, json }: Route,
  secret: string,
  init: RequestInit = {},
) {
  return fetch(origin + path, {
    ...init,
    method: "POST",
    headers: {
      authorization: `Bearer ${secret}`,
      "content-type": "application/json",
      ...init.headers,
    },
    body: JSON.stringify(json),
  });
}

export async function toAnswer(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export const count = (observed: readonly { answer: Answer }[], status: number) =>
  observed.filter(({ answer }) => answer.status === status).length;

/** A stream that goes on for seconds; it has begun when this resolves. */
export async function openStream(
  world: World,
  caller: Caller,
  model = "mock-slow",
  origin = world.door.origin,
) {
  const abort = new AbortController();
  const route = chat({ model, stream: true, max_tokens: 60 });
  const response = await post(origin, route, caller.key.secret, { signal: abort.signal });
  const reader = response.ok ? response.body?.getReader() : undefined;
  await reader?.read();
  return { response, reader, abort };
}

export async function readRest(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
): Promise<string> {
  let text = "";
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    text += Buffer.from(next.value).toString();
  }
  return text;
}
