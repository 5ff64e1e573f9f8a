import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { createOperatorAction, createOperatorActionAfter } from "@/lib/auth/operator-action";
import { requireOperator } from "@/lib/auth/session";
import { openTestAccount } from "@/lib/auth/testing/account";
import { AppError } from "@/lib/errors";

const request = vi.hoisted(() => ({ headers: new Headers() }));
const held = vi.hoisted((): { db: unknown } => ({ db: null }));
vi.mock("next/headers", () => ({ headers: async () => request.headers }));
vi.mock("next/navigation", () => ({ unstable_rethrow: () => undefined }));
vi.mock("@/db/client", async (original) => ({
  ...(await original<typeof import("@/db/client")>()),
  getDb: () => held.db,
}));
vi.mock("@/lib/auth/session", () => ({ requireOperator: vi.fn() }));
vi.mock("@/lib/auth/auth", () => ({
  visitorOf: () => ({ address: "203.0.113.7", shared: false, userAgent: "test" }),
}));
vi.mock("@/lib/auth/origin", async (original) => ({
  ...(await original<typeof import("@/lib/auth/origin")>()),
  ownOrigins: () => ["https://app.example.com"],
}));

let database: TestDatabase;
let workspaceId: string;
let sessionId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  held.db = database.db;
  const account = await openTestAccount(database.db, "ada@example.com");
  ({ workspaceId, sessionId } = account);
  const { userId, name, email } = account;
  vi.mocked(requireOperator).mockResolvedValue({ userId, sessionId, name, email });
});
afterAll(() => database.drop());
beforeEach(async () => {
  request.headers = new Headers({
    origin: "https://app.example.com",
    "sec-fetch-site": "same-origin",
  });
  await database.sql`update sessions set proved_at = now()`;
  await database.sql`update workspaces set name = 'Before'`;
});

const Rename = z.object({ name: z.string().min(2, "Too short.") });
const rename = (isRecorded: boolean, isSensitive = false) =>
  createOperatorAction(Rename, { isSensitive }, async ({ db, record }, { name }) => {
    const { workspaces } = await import("@/db/schema/workspaces");
    await db.update(workspaces).set({ name });
    if (isRecorded) {
      await record({ workspaceId, action: "workspace.renamed", details: { name } });
    }
  });

async function nameNow(): Promise<string> {
  const [row] = await database.sql`select name from workspaces where id = ${workspaceId}`;
  return row?.name;
}

test("an act and its row in the operator's name come together", async () => {
  expect(await rename(true)({ name: "After" })).toMatchObject({ ok: true });
  expect(await nameNow()).toBe("After");
  const rows = await database.sql`
    select actor_type, address, details from audit_log where action = 'workspace.renamed'`;
  expect(rows).toEqual([
    { actor_type: "operator", address: "203.0.113.7", details: { name: "After" } },
  ]);
});

test("an act that left no row is taken back, unless it says that it changed nothing", async () => {
  expect(await rename(false)({ name: "After" })).toMatchObject({
    ok: false,
    error: { code: "INTERNAL" },
  });
  expect(await nameNow()).toBe("Before");
  const idle = createOperatorAction(z.void(), { isSensitive: false }, async (context) =>
    context.changedNothing(),
  );
  expect(await idle(undefined)).toMatchObject({ ok: true });
});

test.each([
  ["for who is no operator", new AppError("NOT_FOUND"), "NOT_FOUND"],
  ["for visitors", new AppError("UNAUTHENTICATED"), "UNAUTHENTICATED"],
])("nothing happens %s, whatever they send", async (_, refusal, code) => {
  vi.mocked(requireOperator).mockRejectedValueOnce(refusal);
  expect(await rename(true)({ name: 7 })).toMatchObject({ ok: false, error: { code } });
  expect(await nameNow()).toBe("Before");
});

test("a page from elsewhere, a wrong input and an old sign-in change nothing", async () => {
  expect(await rename(true)({ name: "x" })).toMatchObject({
    error: { code: "VALIDATION_ERROR", fields: { name: "Too short." } },
  });
  await database.sql`update sessions set proved_at = now() - interval '11 minutes'`;
  expect(await rename(true, true)({ name: "After" })).toMatchObject({
    error: { code: "RECENT_SIGN_IN_REQUIRED" },
  });
  request.headers = new Headers({ origin: "https://evil.test" });
  expect(await rename(true)({ name: "After" })).toMatchObject({ error: { code: "FORBIDDEN" } });
  expect(await nameNow()).toBe("Before");
});

test("what an act begins with holds no transaction, and isn't done where a check fails", async () => {
  const open = async () => {
    const [row] = await database.sql`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`;
    return Number(row?.count);
  };
  const find = vi.fn(async (_: unknown, { name }: { name: string }) => `${name} ${await open()}`);
  const act = createOperatorActionAfter(
    Rename,
    { isSensitive: true },
    find,
    async (context, _, found) => {
      context.changedNothing();
      return [found, await open()];
    },
  );
  expect(await act({ name: "After" })).toEqual({ ok: true, data: ["After 0", 1] });
  expect(await act({ name: "x" })).toMatchObject({ error: { code: "VALIDATION_ERROR" } });
  await database.sql`update sessions set proved_at = now() - interval '11 minutes'`;
  expect(await act({ name: "After" })).toMatchObject({
    error: { code: "RECENT_SIGN_IN_REQUIRED" },
  });
  expect(find).toHaveBeenCalledTimes(1);
});
