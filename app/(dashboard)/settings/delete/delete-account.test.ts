import { afterAll, beforeAll, expect, test } from "vitest";
import { openAccount } from "@/app/(auth)/sign-up/open-account";
import { deleteAccount } from "@/app/(dashboard)/settings/delete/delete-account";
import { untilChangesAreKnown } from "@/db/changes";
import { startSession } from "@/lib/auth/mutations";
import { findAccount, findLiveSession } from "@/lib/auth/queries";
import { openTestDoor, type TestDoor } from "@/lib/gateway/testing/gateway";
import { newId } from "@/lib/id";
import { remindOfExpiry } from "@/lib/jobs/reminders";
import { mintSecret } from "@/lib/keys/secret";
import type { Scope } from "@/lib/scope";
import { emit, makeEndpoint } from "@/lib/webhooks/testing/endpoint";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

const authSecret = "0123456789abcdef0123456789abcdef";
const origin = { address: "203.0.113.7", userAgent: "Mozilla/5.0 Ada's own browser" };

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ gateways: 2 });
});
afterAll(() => door.close());

interface Account {
  email: string;
  scope: Scope;
  secret: string;
  keyId: string;
}

let made = 0;

async function open(email = `ada.${++made}@example.com`): Promise<Account> {
  const { db } = door.database;
  const account = {
    name: "Ada Lovelace",
    email,
    passwordHash: "hash",
    welcomeNanos: 5_000_000_000n,
  };
  const { userId, workspaceId } = await openAccount(db, account, origin);
  const sessionId = await startSession(db, { userId, workspaceId }, origin);
  const keyId = newId("apiKey");
  const { hash, prefix, last4, secret } = mintSecret("live");
  await door.sql`
    insert into api_keys (id, workspace_id, name, environment, scopes, created_by, expires_at)
    values (${keyId}, ${workspaceId}, 'Production', 'live', '{read}', ${userId},
      now() + interval '20 hours')`;
  await door.sql`
    insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state)
    values (${newId("secret")}, ${keyId}, ${workspaceId}, ${hash}, ${prefix}, ${last4}, 'active')`;
  return { email, scope: { workspaceId, userId, sessionId, role: "owner" }, secret, keyId };
}

const remove = ({ scope, email }: Account, confirmation = email) =>
  deleteAccount(door.database.db, scope, { confirmation, authSecret }, origin);

function call({ secret }: Account, gateway: number, body?: object): Promise<Response> {
  const url = `${door.origins[gateway]}/v1/${body ? "chat/completions" : "models"}`;
  return fetch(url, {
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
  });
}

const statusOf = async (account: Account, gateway: number) => {
  const response = await call(account, gateway);
  await response.arrayBuffer();
  return response.status;
};

test("P1 once an account is deleted no gateway takes its keys, and open streams end within 5 s", async () => {
  const account = await open();
  expect([await statusOf(account, 0), await statusOf(account, 1)]).toEqual([200, 200]);
  const stream = await call(account, 0, {
    model: "mock-slow",
    stream: true,
    max_tokens: 4_000,
    messages: [{ role: "user", content: "Count" }],
  });
  expect(stream.status).toBe(200);
  const reader = stream.body?.getReader();
  await reader?.read();

  await remove(account);
  await untilChangesAreKnown(door.database.db);
  const deletedAtMs = performance.now();
  expect([await statusOf(account, 0), await statusOf(account, 1)]).toEqual([401, 401]);
  await (async () => {
    while (!(await reader?.read())?.done);
  })().catch(() => undefined);
  expect(performance.now() - deletedAtMs).toBeLessThan(5_000);
  const [row] = await door.sql`
    select outcome, cost_nanos > 0 as is_billed from request_log
    where key_id = ${account.keyId} and stream`;
  expect(row).toMatchObject({ outcome: "revoked", is_billed: true });
});

test("the webhooks of the workspace that ends are deleted, secrets and all, and nothing waits for them", async () => {
  const account = await open();
  const { db } = door.database;
  const other = await open();
  for (const { scope } of [account, other]) {
    await makeEndpoint(db, scope);
    await emit(db, scope);
  }
  await remove(account);
  const ids = [account.scope.workspaceId, other.scope.workspaceId];
  const left = await door.sql`
    select e.workspace_id, d.state from webhook_endpoints e
    join webhook_deliveries d on d.endpoint_id = e.id
    where e.workspace_id in ${door.sql(ids)}
      and (e.deleted_at is null or e.secret is not null or d.state = 'pending')`;
  expect(left).toEqual([{ workspace_id: other.scope.workspaceId, state: "pending" }]);
  expect(await emit(db, account.scope)).toBe(0);
});

test("what tells who it was is gone: name, address, browsers, credentials, mails", async () => {
  const account = await open();
  const { scope, email } = account;
  const { userId, workspaceId } = scope;
  await door.sql`
    update api_key_secrets set last_used_address = '203.0.113.9', last_used_agent = 'ada/1'
    where workspace_id = ${workspaceId}`;
  await door.sql`
    insert into recovery_codes (user_id, code_hash) values (${userId}, 'x'::bytea)`;
  await door.sql`
    insert into connected_accounts (provider, subject, user_id, email)
    values ('oidc', ${userId}, ${userId}, ${email})`;
  await door.sql`
    insert into mails (id, user_id, workspace_id, kind, reference, to_address, subject, text, html)
    values (${newId("mail")}, ${userId}, ${workspaceId}, 'receipt', ${`r:${userId}`}, ${email},
      'Ada', 'Ada', 'Ada')`;
  await remove(account);

  const dump = await door.sql`
    select to_jsonb(u)::text as row from users u where id = ${userId}
    union all select to_jsonb(s)::text from sessions s where user_id = ${userId}
    union all select to_jsonb(w)::text from workspaces w where id = ${workspaceId}
    union all select to_jsonb(c)::text from connected_accounts c where user_id = ${userId}
    union all select to_jsonb(r)::text from recovery_codes r where user_id = ${userId}
    union all select to_jsonb(k)::text from api_key_secrets k where workspace_id = ${workspaceId}
    union all select to_jsonb(f)::text from former_addresses f
    union all select to_jsonb(m)::text from members m where user_id = ${userId}
    union all select to_jsonb(t)::text from throttles t`;
  const text = dump.map(({ row }) => row).join("\n");
  expect(text).toContain(userId);
  expect(text).not.toMatch(/ada|lovelace|203\.0\.113|hash"\s*:\s*"hash/i);

  const mails = await door.sql`select kind, user_id, text from mails where to_address = ${email}`;
  expect(mails.map(({ kind, user_id }) => [kind, user_id])).toEqual([["account_deleted", null]]);
  expect(mails[0]?.text).toContain("$5.00");
  expect(mails[0]?.text).toContain(workspaceId);
});

test("the ledger and the audit trail stay, and say what happened", async () => {
  const account = await open();
  const { workspaceId, userId } = account.scope;
  const entries = () => door.sql`
    select * from ledger_entries where workspace_id = ${workspaceId} order by account`;
  const before = await entries();
  expect(before.length).toBeGreaterThan(0);
  await remove(account);
  expect(await entries()).toEqual(before);
  const acts = await door.sql`
    select action, actor_id from audit_log where workspace_id = ${workspaceId} order by at, id`;
  expect(acts.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      ...["user.signed_up", "session.signed_in", "api_key.revoked", "workspace.deleted"],
      ...["session.ended", "user.deleted"],
    ]),
  );
  expect(new Set(acts.map(({ actor_id }) => actor_id))).toEqual(new Set([userId]));
});

test("J22 every session ends, and nobody can sign in with the address", async () => {
  const account = await open();
  const { db } = door.database;
  const { userId, workspaceId, sessionId } = account.scope;
  const other = await startSession(db, { userId, workspaceId }, origin);
  await remove(account);
  expect(await findLiveSession(db, sessionId)).toBeNull();
  expect(await findLiveSession(db, other)).toBeNull();
  expect(await findAccount(db, account.email)).toBeNull();
});

test("no mails come any more", async () => {
  const account = await open();
  await remove(account);
  await remindOfExpiry(door.database.db);
  const mails = await door.sql`
    select kind from mails where workspace_id = ${account.scope.workspaceId}`;
  expect([...mails]).toEqual([]);
});

test("the address can sign up again, to an account that knows nothing of the first, without a second welcome", async () => {
  const account = await open("ada+work@gmail.com");
  await remove(account);
  for (const email of ["ada+work@gmail.com", "a.d.a@googlemail.com"]) {
    const again = await open(email);
    expect(again.scope.userId).not.toBe(account.scope.userId);
    const [balance] = await door.sql`
      select "limit"::text from budgets
      where workspace_id = ${again.scope.workspaceId} and kind = 'balance'`;
    expect(balance?.limit).toBe("0");
  }
  const [stranger] = await door.sql`
    select b."limit"::text from budgets b
    where b.workspace_id = ${(await open("adam@gmail.com")).scope.workspaceId} and kind = 'balance'`;
  expect(stranger?.limit).toBe("5000000000");
});

test("anything but the account's own address changes nothing", async () => {
  const account = await open();
  for (const confirmation of ["", "delete", "eve@example.com", `x${account.email}`]) {
    await expect(remove(account, confirmation)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  }
  expect(await statusOf(account, 0)).toBe(200);
  await remove(account, `  ${account.email.toUpperCase()} `);
});

test("ten at once delete it once", async () => {
  const account = await open();
  const ends = await Promise.allSettled(Array.from({ length: 10 }, () => remove(account)));
  expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const end of ends) {
    if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "NOT_FOUND" });
  }
  const mails = await door.sql`select id from mails where to_address = ${account.email}`;
  expect(mails).toHaveLength(1);
});

async function addMember(workspaceId: string, role: string): Promise<string> {
  const id = newId("user");
  await door.sql`insert into users (id, name, email) values (${id}, 'M', ${`${id}@example.com`})`;
  await door.sql`
    insert into members (workspace_id, user_id, role) values (${workspaceId}, ${id}, ${role})`;
  return id;
}

test("with another owner the workspace goes on; with other members alone it waits for an owner", async () => {
  const account = await open();
  const { workspaceId, userId } = account.scope;
  const member = await addMember(workspaceId, "developer");
  await expect(remove(account)).rejects.toMatchObject({ code: "CONFLICT" });
  await door.sql`update members set role = 'owner' where user_id = ${member}`;
  await makeEndpoint(door.database.db, account.scope);
  await remove(account);
  expect(await statusOf(account, 0)).toBe(200);
  const left = await door.sql`select user_id from members where workspace_id = ${workspaceId}`;
  expect(left.map(({ user_id }) => user_id)).toEqual([member]);
  const [user] = await door.sql`select name from users where id = ${userId}`;
  expect(user?.name).toBe("Deleted user");
  // As they were when they left: whoever hears of it has to know whom to take out elsewhere.
  const [told] = await door.sql`
    select body from webhook_messages where workspace_id = ${workspaceId}`;
  expect(JSON.parse(told?.body)).toMatchObject({
    type: "member.removed",
    data: { member: { user_id: userId, name: "Ada Lovelace", email: account.email } },
  });
});
