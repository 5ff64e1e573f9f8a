import { afterAll, beforeAll, expect, it } from "vitest";
import { untilChangesAreKnown } from "@/db/changes";
import { recorderOf } from "@/lib/audit/operator-record";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  readBooks,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import {
  changeAccountLimits,
  changeAccountPlan,
  restoreAccount,
  suspendAccount,
} from "@/lib/operators/account-acts";
import type { AccountLimits } from "@/lib/operators/account-schema";

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ gateways: 2 });
});
afterAll(() => door.close());

const noOwnLimits: AccountLimits = {
  ...{ requestsPerHour: null, requestsPerDay: null, requestsPerMonth: null },
  ...{ requestsTotal: null, concurrentStreams: null },
};
const origin = { address: "203.0.113.9", userAgent: "test" };

/** Runs an operator's act as its action does: in one transaction, and answered when gateways know. */
async function act(
  run: (
    tx: Parameters<typeof suspendAccount>[0],
    record: Parameters<typeof suspendAccount>[2],
  ) => Promise<unknown>,
): Promise<void> {
  const { db } = door.database;
  await db.transaction((tx) => run(tx, recorderOf(tx, "usr_operator", origin)));
  await untilChangesAreKnown(db);
}

function ask(secret: string, gateway: number, body: object = {}) {
  return fetch(`${door.origins[gateway % 2]}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "gpt-4",
      max_tokens: 5,
      messages: [{ role: "user", content: "Hello" }],
      ...body,
    }),
  });
}

/** What a stream brings until it breaks, and when it did. */
async function drain({ body }: Response): Promise<{ text: string; endedAtMs: number }> {
  let text = "";
  try {
    for await (const chunk of body ?? []) text += Buffer.from(chunk).toString();
  } catch {
    return { text, endedAtMs: performance.now() };
  }
  throw new Error("the stream came to its own end");
}

it("P1 a suspended account's running traffic stops on every gateway: none accepted after the answer, open streams end and are billed", async () => {
  const tenant = await createTenant(door.sql, { planId: "enterprise", balanceUsd: "1000" });
  const { workspaceId } = tenant;
  const [first, second] = await Promise.all([
    createTestKey(door.sql, tenant),
    createTestKey(door.sql, tenant),
  ]);
  const stream = await ask(first.secret, 0, {
    model: "mock-slow",
    stream: true,
    max_tokens: 4_000,
  });
  expect(stream.status).toBe(200);

  const ended = drain(stream);

  // So many at the same moment, over two gateways and two keys, that the gateways answer from memory.
  const wave = () =>
    Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const response = await ask(i % 3 === 0 ? first.secret : second.secret, i);
        await response.arrayBuffer();
        return response.status;
      }),
    );
  expect(new Set(await wave())).toEqual(new Set([200]));
  const meanwhile = wave();
  await act((tx, record) => suspendAccount(tx, { workspaceId, reason: "Unpaid" }, record));
  const suspendedAtMs = performance.now();
  expect(new Set(await wave())).toEqual(new Set([403]));
  for (const status of await meanwhile) expect([200, 403]).toContain(status);

  const { text, endedAtMs } = await ended;
  expect(endedAtMs - suspendedAtMs).toBeLessThan(5_000);
  expect(text).toContain('"code":"account_suspended"');

  const books = await readBooks(door.sql, workspaceId);
  expect(books).toMatchObject({ holds: 0, heldNanos: 0n });
  expect(books.usedNanos).toBe(books.loggedNanos);
  const [row] = await door.sql`
    select outcome, cost_nanos::text as cost from request_log
    where workspace_id = ${workspaceId} and model = 'mock-slow'`;
  expect(row?.outcome).toBe("revoked");
  expect(BigInt(row?.cost)).toBeGreaterThan(0n);

  await act((tx, record) => restoreAccount(tx, { workspaceId, reason: "Paid" }, record));
  for (const gateway of [0, 1]) expect((await ask(first.secret, gateway)).status).toBe(200);
  const acts = await door.sql`
    select action, actor_type, actor_id, details, address from audit_log
    where workspace_id = ${workspaceId} and actor_type = 'operator' order by at, id`;
  expect(acts).toMatchObject([
    { action: "workspace.suspended", actor_id: "usr_operator", details: { reason: "Unpaid" } },
    {
      action: "workspace.restored",
      details: { reason: "Paid", suspendedFor: "Unpaid" },
      address: "203.0.113.9",
    },
  ]);
}, 60_000);

it("an account's own limits hold from the answer on, and give way to the plan's again", async () => {
  const tenant = await createTenant(door.sql);
  const { workspaceId } = tenant;
  const { secret } = await createTestKey(door.sql, tenant);
  expect((await ask(secret, 0)).status).toBe(200);
  const limits = { ...noOwnLimits, requestsPerHour: 2 };
  await act((tx, record) =>
    changeAccountLimits(tx, { workspaceId, reason: "Agreed", ...limits }, record),
  );
  expect((await ask(secret, 1)).status).toBe(200);
  expect((await ask(secret, 0)).status).toBe(429);
  expect((await ask(secret, 1)).status).toBe(429);
  await act((tx, record) =>
    changeAccountLimits(tx, { workspaceId, reason: "Over", ...noOwnLimits }, record),
  );
  expect((await ask(secret, 0)).status).toBe(200);
  const [row] = await door.sql`
    select details from audit_log where workspace_id = ${workspaceId}
    and action = 'workspace.limits_changed' order by at, id limit 1`;
  expect(row?.details).toEqual({
    ...{ reason: "Agreed", "requestsPerHour.from": null, "requestsPerHour.to": 2 },
  });
});

it("an account is put on a plan that customers can't choose, and nothing is done twice or to nobody", async () => {
  const { workspaceId } = await createTenant(door.sql);
  const reason = "Contract";
  await act((tx, record) =>
    changeAccountPlan(tx, { workspaceId, reason, planId: "enterprise" }, record),
  );
  const [row] = await door.sql`select plan_id from workspaces where id = ${workspaceId}`;
  expect(row?.plan_id).toBe("enterprise");

  const refusals: [string, () => Promise<void>][] = [
    [
      "CONFLICT",
      () =>
        act((tx, record) =>
          changeAccountPlan(tx, { workspaceId, reason, planId: "enterprise" }, record),
        ),
    ],
    [
      "NOT_FOUND",
      () =>
        act((tx, record) =>
          changeAccountPlan(tx, { workspaceId, reason, planId: "no_such_plan" }, record),
        ),
    ],
    ["CONFLICT", () => act((tx, record) => restoreAccount(tx, { workspaceId, reason }, record))],
    [
      "CONFLICT",
      () =>
        act((tx, record) =>
          changeAccountLimits(tx, { workspaceId, reason, ...noOwnLimits }, record),
        ),
    ],
    [
      "NOT_FOUND",
      () => act((tx, record) => suspendAccount(tx, { workspaceId: "ws_none", reason }, record)),
    ],
  ];
  for (const [code, run] of refusals) await expect(run()).rejects.toMatchObject({ code });
  await door.sql`update workspaces set deleted_at = now() where id = ${workspaceId}`;
  await expect(
    act((tx, record) => suspendAccount(tx, { workspaceId, reason }, record)),
  ).rejects.toMatchObject({ code: "NOT_FOUND" });
  const acts = await door.sql`select action from audit_log where workspace_id = ${workspaceId}`;
  expect(acts).toEqual([{ action: "workspace.plan_changed" }]);
});
