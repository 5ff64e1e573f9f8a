import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { reportKeyAction } from "@/app/report-key/actions";
import { emptyReportForm } from "@/app/report-key/form-state";
import { getDb } from "@/db/client";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { createKey } from "@/lib/keys/create-key";
import { mintSecret } from "@/lib/keys/secret";
import { keyForm, openWorkspace, origin } from "@/lib/keys/testing/workspace";

const visitor = vi.hoisted(() => ({ address: "203.0.113.1", shared: false, userAgent: "test" }));
const request = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock("next/headers", () => ({ headers: async () => request.headers }));
vi.mock("next/navigation", () => ({ unstable_rethrow: () => undefined }));
vi.mock("@/lib/auth/session", () => ({ requireScope: vi.fn() }));
vi.mock("@/lib/auth/auth", () => ({ visitorOf: () => ({ ...visitor }) }));
vi.mock("@/lib/auth/origin", async (original) => ({
  ...(await original<typeof import("@/lib/auth/origin")>()),
  ownOrigins: () => ["http://localhost:3000"],
}));
vi.mock("@/db/client", async (original) => ({
  ...(await original<typeof import("@/db/client")>()),
  getDb: vi.fn(),
}));

let database: TestDatabase;
beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", "postgres://localhost/gatehouse");
  vi.stubEnv("AUTH_SECRET", "0123456789abcdef0123456789abcdef");
  request.headers = new Headers({ origin: "http://localhost:3000" });
  database = await createTestDatabase();
  vi.mocked(getDb).mockReturnValue(database.db);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.drop();
});

function report(key: string, rest: { url?: string; email?: string } = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ key, url: "", email: "", ...rest })) {
    form.set(name, value);
  }
  return reportKeyAction(emptyReportForm, form);
}

async function newKey() {
  const scope = await openWorkspace(database.db);
  return { scope, ...(await createKey(database.db, scope, keyForm(), origin)) };
}

test("a reported key is revoked as exposed and its owner told, with what the reporter left", async () => {
  visitor.address = "203.0.113.2";
  const key = await newKey();
  const url = "https://paste.example.com/1";
  const state = await report(`KEY=${key.secret}`, { url, email: "finder@example.com" });
  expect(state).toEqual({ isReported: true, error: null, values: { url: "", email: "" } });
  const [row] = await database.sql`
    select revoked_reason from api_keys where id = ${key.id}`;
  expect(row?.revoked_reason).toBe("exposed");
  const mails = await database.sql`
    select user_id, kind, text from mails where workspace_id = ${key.scope.workspaceId}`;
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({ user_id: key.scope.userId, kind: "key_exposed" });
  expect(mails[0]?.text).toContain(url);
  expect(mails[0]?.text).toContain("finder@example.com (we haven't checked this address)");
});

test("the answer is the same for a live key, a revoked one and one that never was", async () => {
  visitor.address = "203.0.113.3";
  const key = await newKey();
  const live = await report(key.secret);
  expect(await report(key.secret)).toEqual(live);
  expect(await report(mintSecret("live").secret)).toEqual(live);
});

test("text that is no key is refused with a clear word and never comes back", async () => {
  visitor.address = "203.0.113.4";
  const { secret } = mintSecret("live");
  const state = await report(secret.slice(0, -2), { url: "https://example.com/x" });
  expect(state.isReported).toBe(false);
  expect(state.error?.fields?.key).toContain("There is no key in this.");
  expect(state.values).toEqual({ url: "https://example.com/x", email: "" });
  expect(JSON.stringify(state)).not.toContain(secret.slice(10, -2));
});

test("one address may report ten times an hour; another isn't held up by it", async () => {
  visitor.address = "203.0.113.5";
  const { secret } = mintSecret("live");
  const states = await Promise.all(Array.from({ length: 15 }, () => report(secret)));
  expect(states.filter((state) => state.isReported)).toHaveLength(10);
  const refused = states.filter((state) => !state.isReported);
  expect(new Set(refused.map((state) => state.error?.code))).toEqual(new Set(["RATE_LIMITED"]));
  visitor.address = "203.0.113.6";
  expect((await report(secret)).isReported).toBe(true);
});

test("a form of somebody else's page reports nothing", async () => {
  visitor.address = "203.0.113.7";
  const key = await newKey();
  request.headers = new Headers({ origin: "https://evil.example.com" });
  expect((await report(key.secret)).error?.code).toBe("FORBIDDEN");
  request.headers = new Headers({ origin: "http://localhost:3000" });
  const [row] = await database.sql`select revoked_at from api_keys where id = ${key.id}`;
  expect(row?.revoked_at).toBeNull();
});
