import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { cleanLogo } from "@/lib/branding/logo";
import { setLogo } from "@/lib/branding/store";

const holder = vi.hoisted((): { database: TestDatabase | null } => ({ database: null }));

vi.mock("@/db/client", async (original) => ({
  ...(await original<typeof import("@/db/client")>()),
  getDb: () => holder.database?.db,
}));

const { GET } = await import("@/app/brand/[hash]/route");

beforeAll(async () => {
  holder.database = await createTestDatabase();
});

afterAll(() => holder.database?.drop());

const get = (hash: string) =>
  GET(new Request(`http://localhost/brand/${hash}`), { params: Promise.resolve({ hash }) });

it("the logo is a file in which nothing runs, kept for ever under the address of its contents", async () => {
  const file = '<svg viewBox="0 0 1 1"><script>alert(1)</script><path d="M0 0h1v1z"/></svg>';
  const hash = await holder.database?.db.transaction((tx) =>
    setLogo(tx, cleanLogo(Buffer.from(file))),
  );
  const answer = await get(hash ?? "");
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "image/svg+xml",
    "content-security-policy": "sandbox; default-src 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "public, max-age=31536000, immutable",
  });
  expect(await answer.text()).not.toContain("script");
});

it.each(["0".repeat(64), "x", "", "../keys", "%00"])("%s is no logo", async (hash) => {
  const answer = await get(hash);
  expect([answer.status, answer.headers.get("cache-control")]).toEqual([404, "no-store"]);
  expect(answer.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
});
