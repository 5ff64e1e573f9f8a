import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  createKeyAction,
  renameKeyAction,
  rotateKeyAction,
  updateKeyAction,
} from "@/app/(dashboard)/keys/actions";
import { apiKeySecrets } from "@/db/schema/keys";
import { sessions } from "@/db/schema/workspaces";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { openTestAccount } from "@/lib/auth/testing/account";
import type { CreateKey } from "@/lib/keys/schema";
import type { KeyScope } from "@/lib/keys/terms";
import type { Scope } from "@/lib/scope";

const signedIn = vi.hoisted((): { scope: Scope | null; db: unknown } => ({
  scope: null,
  db: null,
}));
vi.mock("next/cache", () => ({ revalidatePath: vi.fn() }));
vi.mock("next/headers", () => ({
  headers: async () => new Headers({ origin: "https://app.test" }),
}));
vi.mock("next/navigation", () => ({ unstable_rethrow: vi.fn() }));
vi.mock("@/db/client", async (original) => ({
  ...(await original<typeof import("@/db/client")>()),
  getDb: () => signedIn.db,
}));
vi.mock("@/db/changes", () => ({ untilChangesAreKnown: vi.fn() }));
vi.mock("@/lib/auth/session", () => ({ requireActingScope: async () => signedIn.scope }));
vi.mock("@/lib/auth/auth", () => ({
  visitorOf: () => ({ address: "203.0.113.7", shared: false, userAgent: "test" }),
}));
vi.mock("@/lib/auth/origin", async (original) => ({
  ...(await original<typeof import("@/lib/auth/origin")>()),
  ownOrigins: () => ["https://app.test"],
}));

let database: TestDatabase;
let scope: Scope;
beforeAll(async () => {
  database = await createTestDatabase();
  scope = await openTestAccount(database.db, "keys@example.com");
  signedIn.scope = scope;
  signedIn.db = database.db;
});
afterAll(() => database.drop());

/** As if the user had shown who they are just now, or an hour ago. */
async function proveAgain(minutesAgo: number): Promise<void> {
  await database.db
    .update(sessions)
    .set({ provedAt: sql`now() - make_interval(mins => ${minutesAgo}::int)` })
    .where(eq(sessions.id, scope.sessionId));
}

function draft(name: string, scopes: KeyScope[]): CreateKey {
  const expiry = { kind: "never" } as const;
  return { name, environment: "live", scopes, expiry, nonce: `${name.padEnd(16, "_")}0` };
}

async function makeKey(name: string, scopes: KeyScope[]): Promise<string> {
  const result = await createKeyAction(draft(name, scopes));
  if (!result.ok) throw new Error(result.error.code);
  return result.data.id;
}

const asked = { ok: false, error: { code: "RECENT_SIGN_IN_REQUIRED" } };

test("nobody gets a secret that may do everything from a session that was left open", async () => {
  await proveAgain(0);
  const admin = await makeKey("Admin", ["admin"]);
  const plain = await makeKey("Plain", ["read"]);

  await proveAgain(60);
  expect(await createKeyAction(draft("More", ["read", "admin"]))).toMatchObject(asked);
  expect(await updateKeyAction({ id: plain, scopes: ["read", "admin"] })).toMatchObject(asked);
  expect(await rotateKeyAction({ id: admin, graceSeconds: 0 })).toMatchObject(asked);
  const secrets = await database.db
    .select()
    .from(apiKeySecrets)
    .where(eq(apiKeySecrets.keyId, admin));
  expect(secrets).toHaveLength(1);
  // What gives nobody more power goes on.
  expect(await renameKeyAction({ id: admin, name: "Other" })).toMatchObject({ ok: true });
  expect(await rotateKeyAction({ id: plain, graceSeconds: 0 })).toMatchObject({ ok: true });
  await makeKey("Another", ["read", "write"]);

  await proveAgain(0);
  expect(await rotateKeyAction({ id: admin, graceSeconds: 0 })).toMatchObject({ ok: true });
});

test("P14 another's admin key can't be told from none by what is asked", async () => {
  await proveAgain(0);
  const id = await makeKey("Mine", ["admin"]);
  const stranger = await openTestAccount(database.db, "stranger@example.com");
  signedIn.scope = stranger;
  await database.db
    .update(sessions)
    .set({ provedAt: sql`now() - interval '1 hour'` })
    .where(eq(sessions.id, stranger.sessionId));
  const random = `${id.slice(0, -4)}0000`;
  const answers = [
    await rotateKeyAction({ id, graceSeconds: 0 }),
    await rotateKeyAction({ id: random, graceSeconds: 0 }),
  ];
  signedIn.scope = scope;
  expect(answers[0]).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
  expect(answers[0]).toEqual(answers[1]);
});
