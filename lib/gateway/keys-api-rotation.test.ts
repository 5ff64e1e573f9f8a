import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeysApi } from "@/lib/gateway/testing/keys-api";
import { newId } from "@/lib/id";
import { cancelRotation, retireOldSecret } from "@/lib/keys/rotate-key";
import type { Scope } from "@/lib/scope";

let api: KeysApi;
beforeAll(async () => {
  api = await KeysApi.open();
});
afterAll(() => api.door.close());

describe("rotation over the API", () => {
  it("D7 the new secret's first use starts the overlap; both work until it ends", async () => {
    const { id, key: old } = await api.create();
    const rotated = await api.send(`/keys/${id}/rotate`, { body: { grace_seconds: 60 } });
    expect(rotated.status, rotated.text).toBe(200);
    expect(rotated.body).toMatchObject({ status: "rotating", rotation: { state: "pending" } });
    expect(await api.statusOf(old)).toBe(200);
    expect((await api.send(`/keys/${id}`)).body.rotation.state).toBe("pending");
    expect(await api.statusOf(rotated.body.key)).toBe(200);
    expect((await api.send(`/keys/${id}`)).body).toMatchObject({
      rotation: { state: "overlap" },
      last4: rotated.body.key.slice(-4),
    });
    expect(await api.statusOf(old)).toBe(200);
    const again = await api.send(`/keys/${id}/rotate`, { body: {} });
    expect([again.status, again.body.error.code]).toEqual([409, "CONFLICT"]);
  });

  it("P1 Retire now and Cancel refuse at once what they end", async () => {
    const { db } = api.door.database;
    const scope: Scope = { ...api.tenant, sessionId: newId("session"), role: "owner" };
    const origin = { address: null, userAgent: null };
    const { id, key: old } = await api.create();
    const first = (await api.send(`/keys/${id}/rotate`, { body: {} })).body.key;
    await cancelRotation(db, scope, { id }, origin);
    expect([await api.statusOf(first), await api.statusOf(old)]).toEqual([401, 200]);
    const second = (await api.send(`/keys/${id}/rotate`, { body: {} })).body.key;
    expect(await api.statusOf(second)).toBe(200);
    await retireOldSecret(db, scope, { id }, origin);
    expect([await api.statusOf(second), await api.statusOf(old)]).toEqual([200, 401]);
    const third = (await api.send(`/keys/${id}/rotate`, { body: {} })).body.key;
    await retireOldSecret(db, scope, { id, evenIfUnused: true }, origin);
    expect([await api.statusOf(third), await api.statusOf(second)]).toEqual([200, 401]);
  });

  it("I40 ten rotations at once make one secret", async () => {
    const { id } = await api.create();
    const acts = await Promise.all(
      Array.from({ length: 10 }, () => api.send(`/keys/${id}/rotate`, { body: {} })),
    );
    const codes = acts.map(({ status }) => status).sort();
    expect(codes).toEqual([200, ...Array(9).fill(409)]);
  });

  it.each([-1, 604_801, "1", 0.5])("I41 an overlap of %s is 400", async (grace) => {
    const refused = await api.send("/key/rotate", { body: { grace_seconds: grace } });
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, "grace_seconds"]);
  });

  it("D8 a program rotates its own key with the old secret, whatever its scope", async () => {
    const { id, key: old } = await api.create({ scopes: ["webhook"], rotation_days: 30 });
    await api.door.sql`
      update api_keys set rotation_deadline_at = now() + interval '1 hour' where id = ${id}`;
    const due = await api.send("/key", { secret: old });
    expect(due.body.rotation).toMatchObject({ state: "due" });
    const rotated = await api.send("/key/rotate", { method: "POST", secret: old });
    expect(rotated.status, rotated.text).toBe(200);
    expect(rotated.body).toMatchObject({ id, grace_seconds: 86_400 });
    const fresh = await api.send("/key", { secret: rotated.body.key });
    expect(fresh.body).toMatchObject({
      id,
      secret: { last4: rotated.body.key.slice(-4), state: "active" },
      rotation: { state: "overlap" },
    });
    const stale = await api.send("/key", { secret: old });
    expect(stale.body.secret).toEqual({ last4: old.slice(-4), state: "retiring" });
    expect(stale.headers.get("x-key-grace-until")).toBe(fresh.body.rotation.ends_at);
    const retired = await api.send("/key/rotate", { method: "POST", secret: old });
    expect(retired.status).toBe(409);
  });
});
