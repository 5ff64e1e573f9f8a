import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { accentFrom } from "@/lib/accent";
import { brand, deployment, noChoice, setBrandChoice } from "@/lib/brand";
import { followBrand, refreshBrand } from "@/lib/branding/follow";
import { cleanLogo } from "@/lib/branding/logo";
import { UpdateBrand } from "@/lib/branding/schema";
import { findLogo, readStoredBrand, removeLogo, setLogo, updateBrand } from "@/lib/branding/store";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.sql`truncate brand_choices, brand_logos`;
});

afterEach(() => setBrandChoice(noChoice));

const nothing = {
  name: "",
  tagline: "",
  supportEmail: "",
  accent: "",
  appOrigin: "",
  apiOrigin: "",
};

function save(fields: Partial<typeof nothing>) {
  const input = UpdateBrand.parse({ ...nothing, ...fields });
  return database.db.transaction((tx) => updateBrand(tx, input));
}

it("without a choice everything is the deployment's own", async () => {
  await refreshBrand(database.db);
  expect({ ...brand }).toMatchObject({ ...deployment, logoHref: null, apiOrigin: null });
});

it("what is chosen holds, what is left empty stays the deployment's own, and each change is told in words", async () => {
  expect(await save({ name: "Acme & Söhne", accent: "#FFEE00" })).toEqual([
    { field: "name", from: "the default", to: "Acme & Söhne" },
    { field: "accent", from: "the default", to: "#ffee00" },
  ]);
  await refreshBrand(database.db);
  expect(brand.name).toBe("Acme & Söhne");
  expect(brand.supportEmail).toBe(deployment.supportEmail);
  expect(brand.accent).toEqual(accentFrom("#ffee00"));
  expect(await save({ name: "Acme & Söhne", accent: "#ffee00" })).toEqual([]);
  expect(await save({ name: "Acme & Söhne" })).toEqual([
    { field: "accent", from: "#ffee00", to: "the default" },
  ]);
  await refreshBrand(database.db);
  expect(brand.accent).toEqual(deployment.accent);
});

it("what keys carry never follows: prefix and names of variables", async () => {
  await save({ name: "Acme" });
  await refreshBrand(database.db);
  const { keyPrefix, keyVariable, urlVariable } = deployment;
  expect(brand).toMatchObject({ keyPrefix, keyVariable, urlVariable });
});

it.each([
  ["name", "a\u202Eb"],
  ["name", "x".repeat(65)],
  ["supportEmail", "nobody"],
  ["supportEmail", "a@example.com\r\nBcc: b@example.com"],
  ["accent", "red"],
  ["accent", "#fff;}body{display:none"],
  ["apiOrigin", "api.example.com"],
  ["apiOrigin", "https://api.example.com/v1"],
  ["apiOrigin", "javascript:alert(1)"],
  ["appOrigin", "https://user:password@example.com"],
  ["appOrigin", "https://example.com/?a"],
] as const)("%s refuses %j", (field, text) => {
  const parsed = UpdateBrand.safeParse({ ...nothing, [field]: text });
  expect(parsed.error?.issues.map(({ path }) => path.join("."))).toEqual([field]);
});

it("a process that follows knows of a change at once, and of nothing that was rolled back", async () => {
  const unfollow = await followBrand(database.url);
  try {
    expect(brand.name).toBe(deployment.name);
    await database.db
      .transaction(async (tx) => {
        await updateBrand(tx, UpdateBrand.parse({ ...nothing, name: "Never" }));
        throw new Error("taken back");
      })
      .catch(() => undefined);
    await save({ name: "Acme" });
    await vi.waitFor(() => expect(brand.name).toBe("Acme"), { timeout: 10_000 });
    await save({ name: "Other" });
    await vi.waitFor(() => expect(brand.name).toBe("Other"), { timeout: 10_000 });
    expect(globalThis.gatehouseBrandPage?.texts.GhMarkBrandName).toBe("Other");
  } finally {
    await unfollow();
  }
});

it("a process whose connections are cut hears of changes again", async () => {
  const unfollow = await followBrand(database.url);
  try {
    await database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen%'`;
    await save({ name: "Acme" });
    await vi.waitFor(() => expect(brand.name).toBe("Acme"), { timeout: 15_000 });
  } finally {
    await unfollow();
  }
});

it("a logo is found by its own address alone, another takes its place, and it can be taken down", async () => {
  const of = (d: string) => cleanLogo(Buffer.from(`<svg viewBox="0 0 1 1"><path d="${d}"/></svg>`));
  const put = (d: string) => database.db.transaction((tx) => setLogo(tx, of(d)));
  const first = (await put("M0 0")) ?? "";
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await put("M0 0")).toBeNull();
  expect(await findLogo(database.db, first)).toMatchObject({
    contentType: "image/svg+xml",
    body: of("M0 0").body,
  });
  await refreshBrand(database.db);
  expect(brand.logoHref).toBe(`/brand/${first}`);
  const second = (await put("M1 1")) ?? "";
  expect(second).not.toBe(first);
  expect(await findLogo(database.db, first)).toBeNull();
  expect((await readStoredBrand(database.db)).logo).toMatchObject({ hash: second });
  expect(await database.db.transaction((tx) => removeLogo(tx))).toBe(true);
  expect(await database.db.transaction((tx) => removeLogo(tx))).toBe(false);
  await refreshBrand(database.db);
  expect(brand.logoHref).toBeNull();
});

it("two who save at the same time are told of each other's change", async () => {
  const [one, other] = await Promise.all([save({ name: "One" }), save({ name: "Other" })]);
  const froms = [one, other].map((changes) => changes[0]?.from).sort();
  expect(froms).toContain("the default");
  expect(froms.some((from) => from === "One" || from === "Other")).toBe(true);
});
