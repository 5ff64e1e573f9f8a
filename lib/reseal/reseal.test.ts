import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { hashesOfRecoveryCode, hashRecoveryCode } from "@/lib/auth/recovery-codes";
import { secondFactorSeal } from "@/lib/auth/second-factor";
import { openCursor, sealCursor } from "@/lib/gateway/cursor";
import { createTenant } from "@/lib/gateway/testing/gateway";
import { reseal } from "@/lib/reseal/reseal";
import { credentialContext, credentialKeyOf, deriveKey, seal, unseal } from "@/lib/sealed";
import { webhookContext, webhookKeyOf } from "@/lib/webhooks/settings";

const before = "the secret of before, long enough to be one";
const after = "the secret from now on, long enough to be one";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
afterEach(() => vi.unstubAllEnvs());

/** The environment of a process that was started with these. */
function startWith(secret: string, other?: string): void {
  vi.stubEnv("AUTH_SECRET", secret);
  vi.stubEnv("AUTH_SECRET_PREVIOUS", other);
}

test("a secret is changed without anything closing: both open, then all is under the new one", async () => {
  const { sql } = database;
  const { userId, workspaceId } = await createTenant(sql);
  startWith(before);
  const credential = seal(credentialKeyOf(before), Buffer.from("sk-1"), credentialContext("acme"));
  const signing = seal(webhookKeyOf(before), Buffer.from("whsec_1"), webhookContext("we_1"));
  const factor = secondFactorSeal;
  const shared = seal(factor.keyOf(before), Buffer.from("TOTP"), factor.contextOf(userId));
  const foreign = seal(factor.keyOf("lost"), Buffer.from("x"), "mail mail_1");
  await sql`
    insert into upstreams (id, kind, name, base_url, credential)
    values ('acme', 'openai', 'Acme', 'https://acme.example', ${credential})`;
  await sql`
    insert into webhook_endpoints (id, workspace_id, url, events, secret, created_by)
    values ('we_1', ${workspaceId}, 'https://a.example', array['*'], ${signing}, ${userId})`;
  await sql`insert into second_factors (user_id, secret) values (${userId}, ${shared})`;
  await sql`
    insert into mails (id, kind, reference, to_address, subject, text, html, sealed)
    values ('mail_1', 'k', 'r', 'a@b.example', '', '', '', ${foreign})`;

  // The processes learn of the new one before any of them uses it.
  startWith(before, after);
  const early = seal(credentialKeyOf(after), Buffer.from("sk-2"), "row");
  expect(unseal(credentialKeyOf(before), early, "row")?.toString()).toBe("sk-2");

  startWith(after, before);
  expect(unseal(credentialKeyOf(after), credential, credentialContext("acme"))?.toString()).toBe(
    "sk-1",
  );
  const all = await reseal(sql, after);
  expect(Object.fromEntries(all.map(({ where, ...counts }) => [where, counts]))).toEqual({
    "upstreams.credential": { current: 0, changed: 1, lost: 0 },
    "webhook_endpoints.secret": { current: 0, changed: 1, lost: 0 },
    "webhook_endpoints.previous_secret": { current: 0, changed: 0, lost: 0 },
    "second_factors.secret": { current: 0, changed: 1, lost: 0 },
    "mails.sealed": { current: 0, changed: 0, lost: 1 },
  });
  const again = await reseal(sql, after);
  expect(again.map(({ changed }) => changed)).toEqual([0, 0, 0, 0, 0]);

  // A process that was never told of the old one.
  vi.resetModules();
  startWith(after);
  const fresh = await import("@/lib/sealed");
  const [row] = await sql`
    select u.credential, w.secret as signing, f.secret as shared
    from upstreams u, webhook_endpoints w, second_factors f where u.id = 'acme'`;
  const open = (key: Buffer, sealed: Buffer, context: string) =>
    fresh.unseal(key, sealed, context)?.toString();
  const keyFor = (purpose: string) => fresh.deriveKey(after, purpose);
  expect(open(keyFor("upstream credentials"), row?.credential, "upstream acme")).toBe("sk-1");
  expect(open(keyFor("webhook secrets"), row?.signing, "webhook we_1")).toBe("whsec_1");
  const context = `second factor of ${userId}`;
  expect(open(keyFor("second factors"), row?.shared, context)).toBe("TOTP");
  expect(open(keyFor("upstream credentials"), credential, "upstream acme")).toBeUndefined();
});

test("codes and cursors of before are good while the other secret is known", () => {
  startWith(before);
  const code = hashRecoveryCode(before, "abcdefghjk");
  const place = { list: "/v1/keys", workspaceId: "ws_1", environment: "live" };
  const cursor = sealCursor({ ...place, key: deriveKey(before, "list cursors") }, 7);
  startWith(after, before);
  expect(hashesOfRecoveryCode(after, "abcdefghjk")).toContainEqual(code);
  const now = { ...place, key: deriveKey(after, "list cursors") };
  expect(openCursor(now, cursor, z.number())).toBe(7);
  expect(() => openCursor({ ...now, workspaceId: "ws_2" }, cursor, z.number())).toThrow();
});
