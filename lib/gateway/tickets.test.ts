import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { newId } from "@/lib/id";
import { issueTicket } from "@/lib/keys/issue-ticket";
import { hashTicket, mintTicket, ticketHeader } from "@/lib/keys/ticket";
import type { Role, Scope } from "@/lib/scope";

const proof = "token of the web process";

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ gateways: 2, settings: { forwardToken: proof } });
});
afterAll(() => door.close());

function scopeOf(tenant: Tenant, role: Role = "developer"): Scope {
  return { ...tenant, sessionId: newId("session"), role };
}

function issue(tenant: Tenant, keyId: string, role?: Role): Promise<string> {
  return issueTicket(door.database.db, scopeOf(tenant, role), keyId);
}

interface CallOptions {
  gateway?: number;
  path?: string;
  method?: string;
  model?: string;
  headers?: Record<string, string>;
}

/** A request as the dashboard's web process makes it; `headers` change what it shows. */
async function call(ticket: string, options: CallOptions = {}) {
  const { gateway = 0, path = "/v1/chat/completions", method = "POST" } = options;
  const model = options.model ?? "deepseek-chat";
  const response = await fetch(`${door.origins[gateway]}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      "user-agent": "gatehouse-playground",
      "x-gatehouse-forward": proof,
      "x-forwarded-for": "203.0.113.9",
      [ticketHeader]: ticket,
      ...options.headers,
    },
    ...(method === "GET"
      ? {}
      : { body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello!" }] }) }),
  });
  const body: { error?: { code?: string } } = JSON.parse(await response.text());
  return { status: response.status, code: body.error?.code, headers: response.headers };
}

async function makeKey(options: Parameters<typeof createTestKey>[2] = {}) {
  const tenant = await createTenant(door.sql);
  const key = await createTestKey(door.sql, tenant, options);
  return { tenant, id: key.id };
}

test("a ticket opens the door once, as the key and from the visitor's address, and is charged", async () => {
  const { tenant, id } = await makeKey();
  const answer = await call(await issue(tenant, id));
  expect(answer.status).toBe(200);
  const [row] = await vi.waitFor(async () => {
    const rows = await door.sql`
      select key_id, secret_id, status, address, user_agent, cost_nanos::text as cost
      from request_log where id = ${answer.headers.get("x-request-id")}`;
    expect(rows).toHaveLength(1);
    return rows;
  });
  expect(row).toMatchObject({
    key_id: id,
    secret_id: expect.stringMatching(/^sec_/),
    status: 200,
    address: "203.0.113.9",
    user_agent: "gatehouse-playground",
  });
  const books = await readBooks(door.sql, tenant.workspaceId);
  expect(books.usedNanos).toBe(BigInt(row?.cost));
  expect(books.usedNanos).toBeGreaterThan(0n);
});

test("a ticket that was used is spent, on every gateway, whoever is first of many", async () => {
  const { tenant, id } = await makeKey();
  const ticket = await issue(tenant, id);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => call(ticket, { gateway: i % 2 })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(new Set(refused.map(({ status, code }) => `${status} ${code}`))).toEqual(
    new Set(["401 invalid_api_key"]),
  );
});

test("a ticket whose time is over opens nothing, by the database's clock", async () => {
  const { tenant, id } = await makeKey();
  const ticket = await issue(tenant, id);
  const [kept] = await door.sql`
    select extract(epoch from expires_at - clock_timestamp())::float8 as seconds
    from key_tickets where hash = ${hashTicket(ticket)}`;
  expect(kept?.seconds).toBeLessThanOrEqual(30);
  await door.sql`
    update key_tickets set expires_at = clock_timestamp() where hash = ${hashTicket(ticket)}`;
  expect(await call(ticket)).toMatchObject({ status: 401, code: "invalid_api_key" });
});

test("what nobody issued opens nothing", async () => {
  const { tenant, id } = await makeKey();
  const ticket = await issue(tenant, id);
  const forged = ["", "x", id, mintTicket(), `${ticket}A`, ticket.slice(1), "a".repeat(8_000)];
  for (const guess of forged) {
    expect((await call(guess)).status, guess.slice(0, 60)).toBe(401);
  }
  expect((await call(ticket)).status).toBe(200);
});

test("P10 the database has nothing that opens the door", async () => {
  const { tenant, id } = await makeKey();
  const ticket = await issue(tenant, id);
  const [row] = await door.sql`
    select encode(hash, 'base64') as base64, to_jsonb(t)::text as row
    from key_tickets t where key_id = ${id}`;
  expect(String(row?.row)).not.toContain(ticket);
  expect((await call(String(row?.base64))).status).toBe(401);
  expect((await call(ticket)).status).toBe(200);
});

test("from anybody but our own web process a ticket is no credential and stays good", async () => {
  const { tenant, id } = await makeKey();
  const ticket = await issue(tenant, id);
  for (const shown of ["", "guess", `${proof} `, proof.toUpperCase(), `${proof}x`]) {
    const answer = await call(ticket, { headers: { "x-gatehouse-forward": shown } });
    // Blanks at the end of a header belong to nobody.
    if (shown.trim() === proof) continue;
    expect(answer, JSON.stringify(shown)).toMatchObject({ status: 401, code: "missing_api_key" });
  }
  const bearer = { "x-gatehouse-forward": "", authorization: `Bearer ${ticket}` };
  expect((await call("", { headers: bearer })).status).toBe(401);
});

test("a ticket is good for completions and for nothing else", async () => {
  const { tenant, id } = await makeKey({ scopes: ["read", "write", "admin"] });
  for (const [method, path] of [
    ["GET", "/v1/models"],
    ["GET", "/v1/keys"],
    ["POST", "/v1/keys"],
    ["POST", "/v1/messages"],
    ["POST", "/v1/chat/completions/"],
    ["POST", "/v1/chat/completions?key=x"],
  ]) {
    const ticket = await issue(tenant, id);
    const { status } = await call(ticket, { method: method ?? "", path: path ?? "" });
    expect([400, 401], `${method} ${path}`).toContain(status);
  }
});

test("P14 nobody gets a ticket for another workspace's key, or for one that never was", async () => {
  const { id } = await makeKey();
  const stranger = await createTenant(door.sql);
  const notFound = expect.objectContaining({ code: "NOT_FOUND" });
  for (const keyId of [id, newId("apiKey"), "", "' or true --", "key_"]) {
    await expect(issue(stranger, keyId)).rejects.toEqual(notFound);
  }
});

test("only members who may make keys get a ticket", async () => {
  const { tenant, id } = await makeKey();
  for (const role of ["viewer", "billing"] as const) {
    await expect(issue(tenant, id, role)).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  for (const role of ["owner", "admin", "developer"] as const) {
    expect((await call(await issue(tenant, id, role))).status).toBe(200);
  }
});

test("P1 a ticket in hand opens nothing once its key is closed", async () => {
  const closings: [string, string, (id: string, workspaceId: string) => PromiseLike<unknown>][] = [
    [
      "revoked",
      "revoked_api_key",
      (id) => door.sql`update api_keys set revoked_at = now() where id = ${id}`,
    ],
    [
      "disabled",
      "revoked_api_key",
      (id) => door.sql`update api_keys set disabled_at = now() where id = ${id}`,
    ],
    [
      "expired",
      "expired_api_key",
      (id) => door.sql`update api_keys set expires_at = now() where id = ${id}`,
    ],
    [
      "without a secret that counts",
      "invalid_api_key",
      (id) =>
        door.sql`update api_key_secrets set state = 'retired', retires_at = now() where key_id = ${id}`,
    ],
    [
      "of a deleted workspace",
      "invalid_api_key",
      (_id, workspaceId) =>
        door.sql`update workspaces set deleted_at = now() where id = ${workspaceId}`,
    ],
    [
      "of a suspended workspace",
      "account_suspended",
      (_id, workspaceId) =>
        door.sql`update workspaces set suspended_at = now() where id = ${workspaceId}`,
    ],
  ];
  for (const [name, code, close] of closings) {
    const { tenant, id } = await makeKey();
    const ticket = await issue(tenant, id);
    await close(id, tenant.workspaceId);
    expect((await call(ticket)).code, name).toBe(code);
  }
});

test("the key's own limits hold: scopes, models, addresses, balance", async () => {
  const webhook = await makeKey({ scopes: ["webhook"] });
  expect((await call(await issue(webhook.tenant, webhook.id))).code).toBe("insufficient_scope");

  const narrow = await makeKey();
  await door.sql`update api_keys set model_allowlist = array['gpt-4'] where id = ${narrow.id}`;
  expect((await call(await issue(narrow.tenant, narrow.id))).code).toBe("model_not_allowed");
  const allowed = await call(await issue(narrow.tenant, narrow.id), { model: "gpt-4" });
  expect(allowed.status).toBe(200);

  const bound = await makeKey();
  await door.sql`
    update api_keys set address_allowlist = array['198.51.100.0/24'] where id = ${bound.id}`;
  expect((await call(await issue(bound.tenant, bound.id))).code).toBe("ip_not_allowed");
  const listed = { headers: { "x-forwarded-for": "10.0.0.1, 198.51.100.20" } };
  expect((await call(await issue(bound.tenant, bound.id), listed)).status).toBe(200);

  const poor = await createTenant(door.sql, { balanceUsd: "0" });
  const live = await createTestKey(door.sql, poor);
  expect((await call(await issue(poor, live.id))).code).toBe("insufficient_balance");
  const sandbox = await createTestKey(door.sql, poor, { environment: "test" });
  expect((await call(await issue(poor, sandbox.id))).status).toBe(200);
});

test("a rotation's new secret is left waiting for its first use", async () => {
  const { tenant, id } = await makeKey();
  const pending = mintTicket();
  await door.sql`
    insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state, lapses_at)
    values (${newId("secret")}, ${id}, ${tenant.workspaceId}, ${hashTicket(pending)}, 'gate_live',
      'wxyz', 'pending', now() + interval '30 days')`;
  expect((await call(await issue(tenant, id))).status).toBe(200);
  const states = await door.sql`
    select state from api_key_secrets where key_id = ${id} order by state`;
  expect(states.map(({ state }) => state)).toEqual(["active", "pending"]);
});
