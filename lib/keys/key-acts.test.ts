import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { disableKey, enableKey, renameKey, updateKey } from "@/lib/keys/change-key";
import { createKey } from "@/lib/keys/create-key";
import { findKey } from "@/lib/keys/queries";
import { revokeKey, undoRevoke } from "@/lib/keys/revoke-key";
import { liveKeysMax } from "@/lib/keys/schema";
import { hashSecret, parseSecret } from "@/lib/keys/secret";
import { keyForm, makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";
import { dayMs } from "@/lib/time";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const refusal = (code: string) => expect.objectContaining({ code });

/** What became of acts that ran at the same time: `ok`, or the code of the refusal. */
async function outcomes(acts: Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(acts);
  return settled.map((act) => (act.status === "fulfilled" ? "ok" : String(act.reason.code))).sort();
}

async function auditOf(scope: Scope) {
  return await database.sql`
    select action, actor_id, target_id, details, address, user_agent
    from audit_log where workspace_id = ${scope.workspaceId} order by at, id`;
}

describe("P1 a key that is turned off while its call is under way", () => {
  test.each([
    ["revoked", revokeKey],
    ["disabled", disableKey],
  ] as const)("%s: makes no key, and turns none on", async (_name, turnOff) => {
    const owner = await openWorkspace(database.db);
    const keyId = await makeKey(database.db, owner, { scopes: ["admin"] });
    const other = await makeKey(database.db, owner);
    const acting: Scope = { ...owner, role: "admin", sessionId: keyId, keyId };
    await disableKey(database.db, acting, { id: other }, origin);
    await turnOff(database.db, owner, { id: keyId }, origin);
    const form = keyForm({ scopes: ["read"] });
    await expect(createKey(database.db, acting, form, origin)).rejects.toEqual(
      refusal("FORBIDDEN"),
    );
    await expect(enableKey(database.db, acting, { id: other }, origin)).rejects.toEqual(
      refusal("FORBIDDEN"),
    );
  });
});

describe("createKey", () => {
  test("keeps the hash of the secret it answers, and nothing else that opens the door", async () => {
    const scope = await openWorkspace(database.db);
    const created = await createKey(database.db, scope, keyForm({ environment: "test" }), origin);
    expect(parseSecret(created.secret)).toEqual({ environment: "test" });
    const rows = await database.sql`
      select hash, prefix, last4, state from api_key_secrets where key_id = ${created.id}`;
    expect(rows).toEqual([
      {
        hash: hashSecret(created.secret),
        prefix: "gate_test",
        last4: created.secret.slice(-4),
        state: "active",
      },
    ]);
  });

  test("leaves no trace of the secret in any table, in whatever encoding", async () => {
    const scope = await openWorkspace(database.db);
    const { id, secret } = await createKey(database.db, scope, keyForm(), origin);
    await renameKey(database.db, scope, { id, name: "Renamed" }, origin);
    await revokeKey(database.db, scope, { id }, origin);
    const tables = await database.sql<{ name: string }[]>`
      select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`;
    const dumps = await Promise.all(
      tables.map(({ name }) => database.sql.unsafe(`select t::text as row from ${name} t`)),
    );
    const dump = dumps
      .flat()
      .map((found) => String(found.row))
      .join("\n");
    // The dump is worth searching: what may be there is.
    expect(dump).toContain(hashSecret(secret).toString("hex"));
    const random = secret.slice("gate_live_".length);
    for (const part of [secret, random, random.slice(0, 12)]) {
      const bytes = Buffer.from(part);
      const encodings = [part, encodeURIComponent(part), bytes.toString("hex")];
      // Base64 shifts with what stands before; the middle of each shift is what would be found.
      for (const shift of ["", "x", "xx"]) {
        encodings.push(
          Buffer.from(shift + part)
            .toString("base64")
            .slice(4, -4),
        );
      }
      for (const encoding of encodings) expect(dump).not.toContain(encoding);
    }
  });

  test("reckons the expiry from the database's clock", async () => {
    const scope = await openWorkspace(database.db);
    const id = await makeKey(database.db, scope, { expiry: { kind: "days", days: 30 } });
    const [row] = await database.sql`
      select extract(epoch from expires_at - created_at) * 1000 as "keptMs" from api_keys
      where id = ${id}`;
    expect(Math.abs(Number(row?.keptMs) - 30 * dayMs)).toBeLessThan(1_000);
    const never = await makeKey(database.db, scope, { expiry: { kind: "never" } });
    expect((await findKey(database.db, scope, never))?.expiresAt).toBeNull();
  });

  test.each(["2020-01-01", "9999-12-31"])("refuses the expiry %s at its field", async (day) => {
    const scope = await openWorkspace(database.db);
    const form = keyForm({ expiry: { kind: "day", day } });
    await expect(createKey(database.db, scope, form, origin)).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      fields: { expiry: expect.any(String) },
    });
  });

  test("makes one key of a form, however often and however parallel it is sent", async () => {
    const scope = await openWorkspace(database.db);
    const form = keyForm();
    const acts = Array.from({ length: 10 }, () => createKey(database.db, scope, form, origin));
    expect(await outcomes(acts)).toEqual([...Array(9).fill("CONFLICT"), "ok"]);
    expect(await outcomes([createKey(database.db, scope, form, origin)])).toEqual(["CONFLICT"]);
    const [row] = await database.sql`
      select (select count(*)::int from api_keys where workspace_id = ${scope.workspaceId}) as keys,
        (select count(*)::int from api_key_secrets where workspace_id = ${scope.workspaceId}) as secrets,
        (select count(*)::int from audit_log where workspace_id = ${scope.workspaceId}) as audits`;
    expect(row).toEqual({ keys: 1, secrets: 1, audits: 1 });
  });

  test("takes the same nonce from two workspaces", async () => {
    const form = keyForm();
    for (let i = 0; i < 2; i++) {
      const scope = await openWorkspace(database.db);
      await expect(createKey(database.db, scope, form, origin)).resolves.toBeDefined();
    }
  });

  test("stops at the limit exactly, also when many are created at once", async () => {
    const scope = await openWorkspace(database.db);
    const acts = Array.from({ length: liveKeysMax + 8 }, () =>
      createKey(database.db, scope, keyForm(), origin),
    );
    const answers = await outcomes(acts);
    expect(answers.filter((answer) => answer === "ok")).toHaveLength(liveKeysMax);
    expect(answers.filter((answer) => answer === "LIMIT_REACHED")).toHaveLength(8);
    const [row] = await database.sql`
      select count(*)::int as keys from api_keys where workspace_id = ${scope.workspaceId}`;
    expect(row).toEqual({ keys: liveKeysMax });

    // Revoked and expired keys make room.
    await database.sql`
      update api_keys set expires_at = now() where id in (
        select id from api_keys where workspace_id = ${scope.workspaceId} limit 1)`;
    const id = await makeKey(database.db, scope);
    await revokeKey(database.db, scope, { id }, origin);
    await makeKey(database.db, scope);
    expect(await outcomes([makeKey(database.db, scope)])).toEqual(["LIMIT_REACHED"]);
  });

  test.each(["viewer", "billing"] as const)("is refused to a %s", async (role) => {
    const scope = await openWorkspace(database.db, role);
    await expect(makeKey(database.db, scope)).rejects.toEqual(refusal("FORBIDDEN"));
    expect(await auditOf(scope)).toEqual([]);
  });

  test("lets nobody give a key more than their role has", async () => {
    const developer = await openWorkspace(database.db, "developer");
    const broad = makeKey(database.db, developer, { scopes: ["read", "admin"] });
    await expect(broad).rejects.toEqual(refusal("FORBIDDEN"));
    await makeKey(database.db, developer, { scopes: ["read", "write", "webhook"] });
    const admin = await openWorkspace(database.db, "admin");
    await makeKey(database.db, admin, { scopes: ["admin"] });
  });

  test("keeps markup and SQL in a name as the text it is", async () => {
    const scope = await openWorkspace(database.db);
    for (const name of ["<script>alert(1)</script>", "Robert'); DROP TABLE api_keys;--"]) {
      const id = await makeKey(database.db, scope, { name });
      expect((await findKey(database.db, scope, id))?.name).toBe(name);
    }
  });
});

describe("renameKey", () => {
  test("changes the name alone; the name it has already changes nothing", async () => {
    const scope = await openWorkspace(database.db);
    const id = await makeKey(database.db, scope);
    const before = await findKey(database.db, scope, id);
    await renameKey(database.db, scope, { id, name: "Staging" }, origin);
    await renameKey(database.db, scope, { id, name: "Staging" }, origin);
    expect(await findKey(database.db, scope, id)).toEqual({
      ...before,
      name: "Staging",
      updatedAt: expect.any(Date),
    });
    expect((await auditOf(scope)).map((row) => row.action)).toEqual([
      "api_key.created",
      "api_key.renamed",
    ]);
  });
});

describe("revokeKey", () => {
  test("ends the key at once and once: the row stays, a second time is a conflict", async () => {
    const scope = await openWorkspace(database.db);
    const id = await makeKey(database.db, scope);
    const acts = Array.from({ length: 5 }, () => revokeKey(database.db, scope, { id }, origin));
    expect(await outcomes(acts)).toEqual([...Array(4).fill("CONFLICT"), "ok"]);
    const key = await findKey(database.db, scope, id);
    expect(key?.revokedAt).toBeInstanceOf(Date);
    const [row] = await database.sql`select revoked_by from api_keys where id = ${id}`;
    expect(row).toEqual({ revoked_by: scope.userId });
    await expect(revokeKey(database.db, scope, { id }, origin)).rejects.toEqual(
      refusal("CONFLICT"),
    );
    expect((await findKey(database.db, scope, id))?.revokedAt).toEqual(key?.revokedAt);
  });
});

/** Every verb on a key but those of a rotation, which have a file of their own. */
const verbs = [
  (scope: Scope, id: string) => renameKey(database.db, scope, { id, name: "Mine" }, origin),
  (scope: Scope, id: string) => updateKey(database.db, scope, { id, scopes: ["write"] }, origin),
  (scope: Scope, id: string) => disableKey(database.db, scope, { id }, origin),
  (scope: Scope, id: string) => enableKey(database.db, scope, { id }, origin),
  (scope: Scope, id: string) => revokeKey(database.db, scope, { id }, origin),
  (scope: Scope, id: string) => undoRevoke(database.db, scope, { id }, origin),
];

test("I37 another workspace's key answers as one that never was, and stays as it is", async () => {
  const owner = await openWorkspace(database.db);
  const stranger = await openWorkspace(database.db);
  const theirs = await makeKey(database.db, owner);
  const before = await findKey(database.db, owner, theirs);
  for (const verb of verbs) {
    const [foreign, random] = await Promise.allSettled([
      verb(stranger, theirs),
      verb(stranger, newId("apiKey")),
    ]);
    expect(foreign).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
    expect(foreign).toEqual(random);
  }
  expect(await findKey(database.db, stranger, theirs)).toBeNull();
  expect(await findKey(database.db, owner, theirs)).toEqual(before);
  expect(await auditOf(stranger)).toEqual([]);
});

test.each(["viewer", "billing"] as const)("a %s can change nothing", async (role) => {
  const owner = await openWorkspace(database.db);
  const id = await makeKey(database.db, owner);
  const onlooker = { ...owner, role };
  const acts = verbs.map((verb) => verb(onlooker, id));
  expect(await outcomes(acts)).toEqual(verbs.map(() => "FORBIDDEN"));
});

test("each act leaves one audit row that says who, what, to which key and from where", async () => {
  const scope = await openWorkspace(database.db);
  const { id, secret } = await createKey(
    database.db,
    scope,
    keyForm({ scopes: ["read", "write"], expiry: { kind: "never" } }),
    origin,
  );
  await renameKey(database.db, scope, { id, name: "Staging" }, origin);
  await revokeKey(database.db, scope, { id }, origin);
  const common = {
    actor_id: scope.userId,
    target_id: id,
    address: origin.address,
    user_agent: origin.userAgent,
  };
  expect(await auditOf(scope)).toEqual([
    {
      ...common,
      action: "api_key.created",
      details: {
        name: "Production",
        environment: "live",
        scopes: ["read", "write"],
        last4: secret.slice(-4),
        expiresAt: null,
      },
    },
    { ...common, action: "api_key.renamed", details: { from: "Production", to: "Staging" } },
    { ...common, action: "api_key.revoked", details: { name: "Staging" } },
  ]);
});

test("an act whose audit row can't be written doesn't happen", async () => {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope);
  // PostgreSQL refuses NUL in text, so the row fails after the act itself has succeeded.
  const broken = { address: "\u0000", userAgent: null };
  await expect(revokeKey(database.db, scope, { id }, broken)).rejects.toThrow();
  expect((await findKey(database.db, scope, id))?.revokedAt).toBeNull();
});
