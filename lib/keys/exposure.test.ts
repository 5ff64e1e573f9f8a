import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create-key";
import { exposeKeys, type Finding } from "@/lib/keys/exposure";
import { listExposureNotices, listExposures, listOpenRotations } from "@/lib/keys/exposure-queries";
import { revokeKey, undoRevoke } from "@/lib/keys/revoke-key";
import { rotateKey } from "@/lib/keys/rotate-key";
import { hashSecret, mintSecret } from "@/lib/keys/secret";
import { keyForm, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";

let database: TestDatabase;
let scope: Scope;

beforeAll(async () => {
  database = await createTestDatabase();
  scope = await openWorkspace(database.db);
});
afterAll(() => database.drop());

const place = "https://github.com/octocat/app/blob/main/.env";

function found(secret: string, change: Partial<Finding> = {}): Finding {
  return { hash: hashSecret(secret).toString("hex"), source: "github", url: place, ...change };
}

const expose = (...findings: Finding[]) =>
  database.db.transaction((tx) => exposeKeys(tx, findings));

async function makeKey(name = "Production") {
  return await createKey(database.db, scope, keyForm({ name }), origin);
}

async function keyRow(id: string) {
  const [row] = await database.sql`
    select revoked_at is not null as revoked, revoked_reason, revoked_by from api_keys where id = ${id}`;
  return row;
}

const exposed = { revoked: true, revoked_reason: "exposed", revoked_by: null };

async function actsOn(id: string): Promise<string[]> {
  const rows = await database.sql`
    select action from audit_log where target_id = ${id} and actor_type = 'system' order by action`;
  return rows.map((row) => row.action);
}

describe("a secret that is found in the open", () => {
  test("ends its key for good, and says so once however often it is reported", async () => {
    const key = await makeKey();
    const first = await expose(found(key.secret));
    expect(first.revoked).toEqual([
      expect.objectContaining({ id: key.id, name: "Production", workspaceId: scope.workspaceId }),
    ]);
    expect(await keyRow(key.id)).toEqual(exposed);
    const again = await expose(found(key.secret), found(key.secret));
    expect(again.revoked).toEqual([]);
    expect([...again.known]).toEqual([hashSecret(key.secret).toString("hex")]);
    expect(await listExposures(database.db, scope, key.id)).toHaveLength(1);
    expect(await actsOn(key.id)).toEqual(["api_key.exposed", "api_key.revoked"]);
    await expect(undoRevoke(database.db, scope, { id: key.id }, origin)).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("is told of once where many reports of it come at the same time", async () => {
    const key = await makeKey();
    const reports = await Promise.all(Array.from({ length: 8 }, () => expose(found(key.secret))));
    expect(reports.flatMap((report) => report.revoked)).toHaveLength(1);
    expect(await listExposures(database.db, scope, key.id)).toHaveLength(1);
  });

  test("is noted at each place it was found", async () => {
    const key = await makeKey();
    await expose(found(key.secret), found(key.secret, { url: null, source: "form" }));
    await expose(found(key.secret, { url: `${place}#L2` }));
    const places = await listExposures(database.db, scope, key.id);
    expect(places.map(({ url }) => url).sort()).toEqual([place, `${place}#L2`, null].sort());
  });

  test("takes the undo from a key that was just revoked on request", async () => {
    const key = await makeKey();
    await revokeKey(database.db, scope, { id: key.id }, origin);
    expect((await expose(found(key.secret))).revoked).toEqual([]);
    expect(await keyRow(key.id)).toMatchObject({ revoked_reason: "exposed" });
    await expect(undoRevoke(database.db, scope, { id: key.id }, origin)).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  test("ends its key also while it is the new secret of a rotation", async () => {
    const key = await makeKey();
    const next = await rotateKey(database.db, scope, { id: key.id, graceSeconds: 3_600 }, origin);
    expect((await expose(found(next.secret))).revoked).toHaveLength(1);
    expect(await keyRow(key.id)).toEqual(exposed);
  });

  test("leaves its key alone where a rotation has retired it, and is known all the same", async () => {
    const key = await makeKey();
    await rotateKey(database.db, scope, { id: key.id, graceSeconds: 0 }, origin);
    await database.sql`
      select activate_secret(id) from api_key_secrets where key_id = ${key.id} and state = 'pending'`;
    const report = await expose(found(key.secret));
    expect(report.revoked).toEqual([]);
    expect(report.known.size).toBe(1);
    expect(await keyRow(key.id)).toMatchObject({ revoked: false });
    expect(await listExposures(database.db, scope, key.id)).toHaveLength(1);
  });

  test("ends keys that are disabled or expired too: both could have come back", async () => {
    const [disabled, expired] = [await makeKey(), await makeKey()];
    await database.sql`update api_keys set disabled_at = now() where id = ${disabled.id}`;
    await database.sql`
      update api_keys set expires_at = now() - interval '1 day' where id = ${expired.id}`;
    await expose(found(disabled.secret), found(expired.secret));
    expect(await keyRow(disabled.id)).toEqual(exposed);
    expect(await keyRow(expired.id)).toEqual(exposed);
  });

  test("that isn't ours changes nothing", async () => {
    const before = await database.sql`select count(*) from key_exposures`;
    const report = await expose(found(mintSecret("live").secret));
    expect(report).toEqual({ known: new Set(), revoked: [] });
    expect(await database.sql`select count(*) from key_exposures`).toEqual(before);
  });
});

describe("the dashboard's notices", () => {
  test("name each leaked key once for seven days, to its own workspace", async () => {
    const own = await openWorkspace(database.db);
    const stranger = await openWorkspace(database.db);
    const key = await createKey(database.db, own, keyForm({ name: "CI" }), origin);
    const asked = await createKey(database.db, own, keyForm({ name: "Asked" }), origin);
    await revokeKey(database.db, own, { id: asked.id }, origin);
    await expose(found(key.secret), found(key.secret, { url: `${place}#L2` }));
    expect(await listExposureNotices(database.db, own)).toEqual([
      expect.objectContaining({ keyId: key.id, keyName: "CI", url: place }),
    ]);
    expect(await listExposureNotices(database.db, stranger)).toEqual([]);
    expect(await listExposures(database.db, stranger, key.id)).toEqual([]);
    await database.sql`
      update api_keys set revoked_at = now() - interval '8 days' where id = ${key.id}`;
    expect(await listExposureNotices(database.db, own)).toEqual([]);
  });

  test("name rotations that are open, until they are claimed", async () => {
    const own = await openWorkspace(database.db);
    const key = await createKey(database.db, own, keyForm({ name: "Nightly" }), origin);
    expect(await listOpenRotations(database.db, own)).toEqual([]);
    await database.sql`
      update api_keys set rotation_deadline_at = now() + interval '5 days' where id = ${key.id}`;
    expect(await listOpenRotations(database.db, own)).toEqual([
      expect.objectContaining({ keyId: key.id, keyName: "Nightly" }),
    ]);
    expect(await listOpenRotations(database.db, await openWorkspace(database.db))).toEqual([]);
    await database.sql`
      insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state, lapses_at)
      values (${newId("secret")}, ${key.id}, ${own.workspaceId}, sha256(${key.id}::bytea),
        'gate_live', 'abcd', 'pending', now() + interval '30 days')`;
    expect(await listOpenRotations(database.db, own)).toEqual([]);
  });
});
