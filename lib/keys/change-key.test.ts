import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { disableKey, enableKey, updateKey } from "@/lib/keys/change-key";
import { createKey } from "@/lib/keys/create-key";
import { getKeyDetail } from "@/lib/keys/detail";
import { BeyondKeyError } from "@/lib/keys/own-key";
import { revokeKey } from "@/lib/keys/revoke-key";
import type { KeyChange } from "@/lib/keys/schema";
import { keyStatus } from "@/lib/keys/status";
import { keyForm, makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";
import { dayMs } from "@/lib/time";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const conflict = expect.objectContaining({ code: "CONFLICT" });

async function openKey(change?: Parameters<typeof makeKey>[2]) {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope, change);
  return {
    ...{ scope, id },
    update: (changes: Omit<KeyChange, "id">, as: Scope = scope) =>
      updateKey(database.db, as, { id, ...changes }, origin),
    detail: async () => {
      const detail = await getKeyDetail(database.db, scope, id);
      if (!detail) throw new Error("the key is gone");
      return detail;
    },
  };
}

async function lastAudit(id: string) {
  const [row] = await database.sql`
    select action, actor_type, details from audit_log where target_id = ${id}
    order by at desc, id desc limit 1`;
  return row;
}

const limits = {
  modelAllowlist: ["gpt-*"],
  addressAllowlist: ["203.0.113.0/24"],
  requestsPerHour: 100,
  caps: { day: "5.00", total: "1000.00" },
  rotationDays: 90,
};

describe("limits", () => {
  test("a cap counts requests that were open when it was set", async () => {
    const key = await openKey();
    const { workspaceId } = key.scope;
    await database.sql`
      insert into budgets (id, workspace_id, kind, unit, interval, "limit", held)
      values (${`bal_${workspaceId}`}, ${workspaceId}, 'balance', 'nanos', 'total', 5000, 700)
      on conflict (workspace_id, key_id, kind, unit, interval, window_start)
        do update set "limit" = 5000, held = 700`;
    await database.sql`
      insert into holds (request_id, instance_id, workspace_id, key_id, secret_id, amount_nanos,
        input_nanos_per_mtok, output_nanos_per_mtok, model, method, path, stream, address, user_agent,
        started_at, input_tokens, output_tokens)
      values ('req_open', 'gw_gone', ${workspaceId}, ${key.id}, '', 700, 1000000, 1000000, 'm', 'POST',
        '/v1/x', true, '', '', clock_timestamp(), 100, 200)`;
    await key.update({ caps: { day: "5", total: "9" } });
    const caps = () => database.sql`
      select interval, used::int, held::int from budgets
      where key_id = ${key.id} and kind = 'cap' order by interval`;
    expect(await caps()).toMatchObject([
      { interval: "day", used: 0, held: 700 },
      { interval: "total", used: 0, held: 700 },
    ]);
    await database.sql`select recover_holds()`;
    expect(await caps()).toMatchObject([
      { interval: "day", used: 300, held: 0 },
      { interval: "total", used: 300, held: 0 },
    ]);
  });

  test("D2 a key keeps the limits that it was made with", async () => {
    const key = await openKey(limits);
    const detail = await key.detail();
    expect(detail).toMatchObject({
      modelAllowlist: ["gpt-*"],
      addressAllowlist: ["203.0.113.0/24"],
      requestsPerHour: 100,
      caps: { day: 5_000_000_000n, week: null, month: null, total: 1_000_000_000_000n },
      rotationDays: 90,
    });
    const dueInMs = (detail.rotationDueAt?.getTime() ?? 0) - detail.createdAt.getTime();
    expect(Math.abs(dueInMs - 90 * dayMs)).toBeLessThan(1_000);
    expect((await lastAudit(key.id))?.details).toMatchObject({
      models: ["gpt-*"],
      addresses: ["203.0.113.0/24"],
      rateLimit: 100,
      capDay: "5.00",
      capTotal: "1000.00",
      rotationDays: 90,
    });
  });

  test("what a change leaves out stays, null takes a limit off", async () => {
    const key = await openKey(limits);
    const before = await key.detail();
    await key.update({ requestsPerHour: 7 });
    expect(await key.detail()).toEqual({
      ...before,
      requestsPerHour: 7,
      updatedAt: expect.any(Date),
      now: expect.any(Date),
    });
    await key.update({ caps: { day: null, week: "3" }, modelAllowlist: null });
    expect(await key.detail()).toMatchObject({
      modelAllowlist: null,
      addressAllowlist: ["203.0.113.0/24"],
      caps: { day: null, week: 3_000_000_000n, month: null, total: 1_000_000_000_000n },
    });
    await key.update({ caps: null });
    expect((await key.detail()).caps).toEqual({ day: null, week: null, month: null, total: null });
  });

  test("P20 a change says in the audit trail what was and what is", async () => {
    const key = await openKey();
    await key.update({ scopes: ["read", "write"], caps: { day: "5" } });
    expect(await lastAudit(key.id)).toMatchObject({
      action: "api_key.updated",
      actor_type: "user",
      details: {
        name: "Production",
        "scopes.from": ["read"],
        "scopes.to": ["read", "write"],
        "capDay.from": null,
        "capDay.to": "5.00",
      },
    });
  });

  test("a change that changes nothing leaves no trace", async () => {
    const key = await openKey(limits);
    const before = await key.detail();
    const { updatedAt } = await key.update({ ...limits, name: "Production", scopes: ["read"] });
    expect(updatedAt).toEqual(before.updatedAt);
    expect((await lastAudit(key.id))?.action).toBe("api_key.created");
  });

  test("of two who read the same key the second to write is told", async () => {
    const key = await openKey();
    const expectedUpdatedAt = (await key.detail()).updatedAt.toISOString();
    const acts = [1, 2, 3].map((requestsPerHour) =>
      key.update({ requestsPerHour, expectedUpdatedAt }),
    );
    const settled = await Promise.allSettled(acts);
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const reasons = settled.flatMap((act) => (act.status === "rejected" ? [act.reason] : []));
    expect(reasons).toEqual([conflict, conflict]);
  });

  test("a revoked or expired key takes another name and nothing else", async () => {
    const revoked = await openKey();
    await revokeKey(database.db, revoked.scope, { id: revoked.id }, origin);
    const expired = await openKey();
    await database.sql`update api_keys set expires_at = now() where id = ${expired.id}`;
    for (const key of [revoked, expired]) {
      await expect(key.update({ requestsPerHour: 5 })).rejects.toEqual(conflict);
      await expect(key.update({ expiry: { kind: "days", days: 90 } })).rejects.toEqual(conflict);
      await key.update({ name: "Old" });
      expect(await key.detail()).toMatchObject({ name: "Old", requestsPerHour: null });
    }
  });

  test("I32 another expiry is reckoned from the database's clock, and reminds anew", async () => {
    const key = await openKey();
    await database.sql`update api_keys set expiry_reminded_days = 7 where id = ${key.id}`;
    await key.update({ expiry: { kind: "days", days: 365 } });
    const { expiresAt, now } = await key.detail();
    expect(Math.abs((expiresAt?.getTime() ?? 0) - now.getTime() - 365 * dayMs)).toBeLessThan(5_000);
    const [row] = await database.sql`
      select expiry_reminded_days as days from api_keys where id = ${key.id}`;
    expect(row?.days).toBeNull();
    const past = { kind: "at" as const, at: new Date("2020-01-01") };
    await expect(key.update({ expiry: past })).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      fields: { expiry: expect.any(String) },
    });
  });
});

describe("rotation policy", () => {
  test("D8 counts from the secret's first day, and is due at once where that is past", async () => {
    const key = await openKey();
    await database.sql`
      update api_key_secrets set created_at = now() - interval '40 days' where key_id = ${key.id}`;
    await key.update({ rotationDays: 90 });
    const { rotationDueAt, now } = await key.detail();
    const dueInMs = (rotationDueAt?.getTime() ?? 0) - now.getTime();
    expect(Math.abs(dueInMs - 50 * dayMs)).toBeLessThan(5_000);
    await key.update({ rotationDays: 30 });
    const due = await key.detail();
    expect(due.now.getTime() - (due.rotationDueAt?.getTime() ?? 0)).toBeLessThan(5_000);
    await key.update({ rotationDays: null });
    expect(await key.detail()).toMatchObject({ rotationDueAt: null, rotationDeadlineAt: null });
  });
});

describe("a key that acts", () => {
  const actAs = (scope: Scope, keyId: string): Scope => ({ ...scope, role: "admin", keyId });

  test("C10 can't change a key so that it may do more than itself", async () => {
    const key = await openKey({ scopes: ["admin"], ...limits });
    const acting = actAs(key.scope, key.id);
    for (const change of [
      { requestsPerHour: 101 },
      { caps: { day: null } },
      { modelAllowlist: null },
      { addressAllowlist: ["203.0.113.0/23"] },
      { expiry: { kind: "never" as const } },
    ]) {
      await expect(key.update(change, acting)).rejects.toBeInstanceOf(BeyondKeyError);
    }
    await key.update({ requestsPerHour: 99 }, acting);
    expect(await lastAudit(key.id)).toMatchObject({ actor_type: "api_key" });
  });

  test("C10 makes keys as bounded as itself where nothing is said", async () => {
    const key = await openKey({ scopes: ["admin"], ...limits });
    const { expiry: _expiry, ...form } = keyForm({ nonce: "0123456789abcdef" });
    const acting = actAs(key.scope, key.id);
    const made = await createKey(database.db, acting, { ...form, nonce: null }, origin);
    const [own, child] = [await key.detail(), await getKeyDetail(database.db, key.scope, made.id)];
    expect(child).toMatchObject({
      expiresAt: own.expiresAt,
      modelAllowlist: own.modelAllowlist,
      addressAllowlist: own.addressAllowlist,
      requestsPerHour: own.requestsPerHour,
      caps: own.caps,
      rotationDays: null,
      createdByKey: { id: key.id, name: "Production" },
    });
  });

  test("C10 can't turn on a key that may do more than itself", async () => {
    const strong = await openKey({ scopes: ["admin"] });
    const weak = await makeKey(database.db, strong.scope, { scopes: ["read"] });
    const acting = actAs(strong.scope, weak);
    await disableKey(database.db, acting, { id: strong.id }, origin);
    await expect(enableKey(database.db, acting, { id: strong.id }, origin)).rejects.toBeInstanceOf(
      BeyondKeyError,
    );
    await enableKey(database.db, strong.scope, { id: strong.id }, origin);
  });
});

test("I31 a developer can't change a key that has a scope beyond theirs", async () => {
  const key = await openKey({ scopes: ["admin"] });
  const developer = { ...key.scope, role: "developer" as const };
  for (const change of [{ requestsPerHour: 5 }, { scopes: ["read" as const] }]) {
    await expect(key.update(change, developer)).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
});

test("P1 a disabled key says so, until it is enabled; twice is a conflict", async () => {
  const key = await openKey();
  const ref = { id: key.id };
  const status = async () => {
    const detail = await key.detail();
    return keyStatus(detail, detail.now);
  };
  await disableKey(database.db, key.scope, ref, origin);
  await expect(disableKey(database.db, key.scope, ref, origin)).rejects.toEqual(conflict);
  expect(await status()).toBe("disabled");
  await enableKey(database.db, key.scope, ref, origin);
  await expect(enableKey(database.db, key.scope, ref, origin)).rejects.toEqual(conflict);
  expect(await status()).toBe("active");
});
