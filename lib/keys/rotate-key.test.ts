import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { disableKey, enableKey, updateKey } from "@/lib/keys/change-key";
import { getKeyDetail } from "@/lib/keys/detail";
import { revokeKey, undoRevoke } from "@/lib/keys/revoke-key";
import { cancelRotation, extendGrace, retireOldSecret, rotateKey } from "@/lib/keys/rotate-key";
import { keyStatus } from "@/lib/keys/status";
import { firstUse, rotate, secretsOf, statesOf } from "@/lib/keys/testing/rotation";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import { dayMs, hourMs, secondMs } from "@/lib/time";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const conflict = expect.objectContaining({ code: "CONFLICT" });

async function openKey(change?: Parameters<typeof makeKey>[2]) {
  const { db, sql } = database;
  const scope = await openWorkspace(db);
  const id = await makeKey(db, scope, change);
  return {
    ...{ scope, id },
    rotate: (grace?: number) => rotate(db, sql, scope, id, grace),
    secrets: () => secretsOf(sql, id),
    states: () => statesOf(sql, id),
    detail: async () => {
      const detail = await getKeyDetail(db, scope, id);
      if (!detail) throw new Error("the key is gone");
      return detail;
    },
    actions: async () => {
      const rows = await sql`
        select action from audit_log where target_id = ${id} order by at, id`;
      return rows.map((row) => String(row.action));
    },
  };
}

const msBetween = (a: Date | null | undefined, b: Date | null | undefined) =>
  (b?.getTime() ?? Number.NaN) - (a?.getTime() ?? Number.NaN);

describe("rotateKey", () => {
  test("D7 makes a second secret and leaves the first as it was", async () => {
    const key = await openKey();
    const [before] = await key.secrets();
    const rotated = await key.rotate(900);
    const [old, pending] = await key.secrets();
    expect(old).toEqual(before);
    expect(pending).toMatchObject({ state: "pending", graceSeconds: 900, last4: rotated.last4 });
    const detail = await key.detail();
    expect(keyStatus(detail, detail.now)).toBe("rotating");
    expect(detail.last4).toBe(old?.last4);
    expect(detail.secrets.map(({ state }) => state)).toEqual(["pending", "active"]);
    expect(Math.abs(msBetween(detail.now, rotated.lapsesAt) - 30 * dayMs)).toBeLessThan(hourMs);
  });

  test("I40 ten at the same time make one new secret, the others are a conflict", async () => {
    const key = await openKey();
    const acts = await Promise.allSettled(Array.from({ length: 10 }, () => key.rotate()));
    const refused = acts.flatMap((act) => (act.status === "rejected" ? [act.reason] : []));
    expect(refused).toEqual(Array(9).fill(conflict));
    expect(await key.states()).toEqual(["active", "pending"]);
    expect(await key.actions()).toEqual(["api_key.created", "api_key.rotated"]);
  });

  test("is a conflict while the overlap runs, and goes again when it is over", async () => {
    const key = await openKey();
    await firstUse(database.sql, (await key.rotate()).secretId);
    await expect(key.rotate()).rejects.toEqual(conflict);
    await database.sql`
      update api_key_secrets set retires_at = now() where key_id = ${key.id} and state = 'retiring'`;
    await key.rotate();
    expect(await key.states()).toEqual(["retired", "active", "pending"]);
  });

  test("an expired, revoked or disabled key can't rotate", async () => {
    const expired = await openKey();
    await database.sql`update api_keys set expires_at = now() where id = ${expired.id}`;
    const revoked = await openKey();
    await revokeKey(database.db, revoked.scope, { id: revoked.id }, origin);
    const disabled = await openKey();
    await disableKey(database.db, disabled.scope, { id: disabled.id }, origin);
    const unclaimed = await openKey();
    await database.sql`
      update api_keys set rotation_deadline_at = now() where id = ${unclaimed.id}`;
    for (const key of [expired, revoked, disabled, unclaimed]) {
      await expect(key.rotate()).rejects.toEqual(conflict);
      expect(await key.states()).toEqual(["active"]);
    }
    await enableKey(database.db, disabled.scope, { id: disabled.id }, origin);
    await disabled.rotate();
  });

  test("gives nobody a secret that may do more than they may give", async () => {
    const key = await openKey({ scopes: ["admin"] });
    const developer = { ...key.scope, role: "developer" as const };
    const input = { id: key.id, graceSeconds: 0 };
    await expect(rotateKey(database.db, developer, input, origin)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    const reader = await makeKey(database.db, key.scope, { scopes: ["read"] });
    const acting = { ...key.scope, role: "admin" as const, keyId: reader };
    await expect(rotateKey(database.db, acting, input, origin)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await rotateKey(database.db, acting, { id: reader, graceSeconds: 0 }, origin);
    expect(await key.states()).toEqual(["active"]);
  });

  test("I37 answers another workspace's key as one that never was", async () => {
    const { id } = await openKey();
    const stranger = await openWorkspace(database.db);
    const acts = [
      (of: string) => rotateKey(database.db, stranger, { id: of, graceSeconds: 0 }, origin),
      (of: string) => cancelRotation(database.db, stranger, { id: of }, origin),
      (of: string) => retireOldSecret(database.db, stranger, { id: of }, origin),
      (of: string) => extendGrace(database.db, stranger, { id: of, seconds: 60 }, origin),
    ];
    for (const act of acts) {
      const [foreign, random] = await Promise.allSettled([act(id), act(newId("apiKey"))]);
      expect(foreign).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
      expect(foreign).toEqual(random);
    }
  });
});

describe("first use", () => {
  test("makes the new secret the active one and starts the old one's overlap, once", async () => {
    const key = await openKey();
    const { secretId } = await key.rotate(3_600);
    const uses = await Promise.all(
      Array.from({ length: 10 }, () => firstUse(database.sql, secretId)),
    );
    expect(uses.filter(Boolean)).toHaveLength(1);
    const [old, active] = await key.secrets();
    expect(active).toMatchObject({ state: "active", id: secretId, lapsesAt: null });
    expect(old?.state).toBe("retiring");
    expect(msBetween(active?.activatedAt, old?.retiresAt)).toBe(3_600 * secondMs);
    expect(await key.actions()).toEqual([
      "api_key.created",
      "api_key.rotated",
      "api_key.secret_activated",
    ]);
    const [row] = await database.sql`
      select id, details from audit_log where action = 'api_key.secret_activated'
        and target_id = ${key.id}`;
    expect(row?.id).toMatch(/^aud_[0-9a-hjkmnp-tv-z]{26}$/);
    expect(row?.details).toEqual({
      name: "Production",
      last4: active?.last4,
      oldLast4: old?.last4,
      retiresAt: old?.retiresAt?.toISOString(),
    });
  });

  test("without an overlap the old secret is retired in the same moment", async () => {
    const key = await openKey();
    await firstUse(database.sql, (await key.rotate(0)).secretId);
    expect(await key.states()).toEqual(["retired", "active"]);
    const { secrets } = await key.detail();
    expect(secrets.map(({ state }) => state)).toEqual(["active"]);
  });

  test("the overlap never goes past the key's own expiry", async () => {
    const key = await openKey();
    await database.sql`
      update api_keys set expires_at = now() + interval '10 minutes' where id = ${key.id}`;
    await firstUse(database.sql, (await key.rotate(604_800)).secretId);
    const [old] = await key.secrets();
    const { expiresAt } = await key.detail();
    expect(msBetween(old?.retiresAt, expiresAt)).toBeGreaterThanOrEqual(0);
    expect(msBetween(old?.retiresAt, expiresAt)).toBeLessThan(secondMs);
  });

  test("a secret that lapsed unused is void, and makes room for another rotation", async () => {
    const key = await openKey();
    const { secretId } = await key.rotate();
    await database.sql`
      update api_key_secrets set lapses_at = now() - interval '1 ms' where id = ${secretId}`;
    expect(await firstUse(database.sql, secretId)).toBe(false);
    const detail = await key.detail();
    expect(keyStatus(detail, detail.now)).toBe("active");
    await key.rotate();
    expect(await key.states()).toEqual(["active", "retired", "pending"]);
  });

  test("activates nothing of a revoked, disabled or expired key, nor an active secret", async () => {
    const key = await openKey();
    const { secretId } = await key.rotate();
    const [active] = await key.secrets();
    expect(await firstUse(database.sql, active?.id ?? "")).toBe(false);
    expect(await firstUse(database.sql, newId("secret"))).toBe(false);
    const ends = ["revoked_at = now()", "disabled_at = now()", "expires_at = now()"];
    for (const end of ends) {
      await database.sql.unsafe(`update api_keys set ${end} where id = $1`, [key.id]);
      expect(await firstUse(database.sql, secretId)).toBe(false);
      await database.sql`
        update api_keys set revoked_at = null, disabled_at = null, expires_at = null
        where id = ${key.id}`;
    }
    expect(await firstUse(database.sql, secretId)).toBe(true);
  });

  test("D8 starts the policy's clock anew", async () => {
    const key = await openKey({ rotationDays: 30 });
    await database.sql`
      update api_keys set rotation_due_at = now() - interval '1 day',
        rotation_deadline_at = now() + interval '6 days' where id = ${key.id}`;
    const { secretId } = await key.rotate();
    expect(await key.detail()).toMatchObject({ rotationDeadlineAt: null });
    await firstUse(database.sql, secretId);
    const { rotationDueAt, secrets } = await key.detail();
    const active = secrets.find(({ state }) => state === "active");
    expect(msBetween(active?.activatedAt, rotationDueAt)).toBe(30 * dayMs);
  });
});

describe("cancelRotation", () => {
  test("voids the new secret at once, and only once", async () => {
    const key = await openKey();
    const { secretId } = await key.rotate();
    await cancelRotation(database.db, key.scope, { id: key.id }, origin);
    expect(await key.states()).toEqual(["active", "retired"]);
    expect(await firstUse(database.sql, secretId)).toBe(false);
    await expect(cancelRotation(database.db, key.scope, { id: key.id }, origin)).rejects.toEqual(
      conflict,
    );
  });

  test("is a conflict once the new secret is in use", async () => {
    const key = await openKey();
    await firstUse(database.sql, (await key.rotate()).secretId);
    await expect(cancelRotation(database.db, key.scope, { id: key.id }, origin)).rejects.toEqual(
      conflict,
    );
    expect(await key.states()).toEqual(["retiring", "active"]);
  });
});

describe("retireOldSecret", () => {
  test("P1 ends the overlap at once", async () => {
    const key = await openKey();
    await firstUse(database.sql, (await key.rotate()).secretId);
    await retireOldSecret(database.db, key.scope, { id: key.id }, origin);
    expect(await key.states()).toEqual(["retired", "active"]);
    await expect(retireOldSecret(database.db, key.scope, { id: key.id }, origin)).rejects.toEqual(
      conflict,
    );
  });

  test("asks again while the new secret was never used, and then lets it take over", async () => {
    const key = await openKey();
    await key.rotate(604_800);
    await expect(retireOldSecret(database.db, key.scope, { id: key.id }, origin)).rejects.toEqual(
      conflict,
    );
    expect(await key.states()).toEqual(["active", "pending"]);
    const act = { id: key.id, evenIfUnused: true };
    await retireOldSecret(database.db, key.scope, act, origin);
    expect(await key.states()).toEqual(["retired", "active"]);
  });

  test("is a conflict where there is no old secret", async () => {
    const key = await openKey();
    const act = { id: key.id, evenIfUnused: true };
    await expect(retireOldSecret(database.db, key.scope, act, origin)).rejects.toEqual(conflict);
    expect(await key.states()).toEqual(["active"]);
  });
});

describe("extendGrace", () => {
  const extend = (key: { id: string; scope: Parameters<typeof extendGrace>[1] }, seconds: number) =>
    extendGrace(database.db, key.scope, { id: key.id, seconds }, origin);

  test("adds to the overlap, up to seven days from now", async () => {
    const key = await openKey();
    await expect(extend(key, 60)).rejects.toEqual(conflict);
    await firstUse(database.sql, (await key.rotate(900)).secretId);
    const [before] = await key.secrets();
    const { retiresAt } = await extend(key, 3_600);
    // The database keeps microseconds, an answer milliseconds.
    expect(Math.abs(msBetween(before?.retiresAt, retiresAt) - 3_600 * secondMs)).toBeLessThan(2);
    const { retiresAt: longest } = await extend(key, 604_800);
    const { now } = await key.detail();
    expect(Math.abs(msBetween(now, longest) - 7 * dayMs)).toBeLessThan(hourMs);
  });

  test("never goes past the key's own expiry", async () => {
    const key = await openKey();
    await firstUse(database.sql, (await key.rotate(900)).secretId);
    await database.sql`
      update api_keys set expires_at = now() + interval '20 minutes' where id = ${key.id}`;
    const { retiresAt } = await extend(key, 3_600);
    expect(retiresAt).toEqual((await key.detail()).expiresAt);
    await expect(extend(key, 3_600)).rejects.toEqual(conflict);
  });

  test("an overlap that is over can't be brought back", async () => {
    const key = await openKey();
    await firstUse(database.sql, (await key.rotate(900)).secretId);
    await database.sql`
      update api_key_secrets set retires_at = now() where key_id = ${key.id} and state = 'retiring'`;
    await expect(extend(key, 60)).rejects.toEqual(conflict);
  });
});

test("a revoke that is undone gives the rotation back as it was", async () => {
  const key = await openKey();
  await key.rotate();
  const before = await key.secrets();
  await revokeKey(database.db, key.scope, { id: key.id }, origin);
  await expect(cancelRotation(database.db, key.scope, { id: key.id }, origin)).rejects.toEqual(
    conflict,
  );
  await undoRevoke(database.db, key.scope, { id: key.id }, origin);
  expect(await key.secrets()).toEqual(before);
});

test("an earlier expiry shortens what is shown of the overlap", async () => {
  const key = await openKey();
  await firstUse(database.sql, (await key.rotate(604_800)).secretId);
  await updateKey(
    database.db,
    key.scope,
    { id: key.id, expiry: { kind: "days", days: 1 } },
    origin,
  );
  const { graceUntil, expiresAt } = await key.detail();
  expect(graceUntil).toEqual(expiresAt);
});
