import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { applyConfiguration } from "@/db/configuration";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { Configuration } from "@/lib/configuration";
import { credentialContext, credentialKeyOf, unseal } from "@/lib/sealed";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const key = credentialKeyOf("a secret for tests that is long enough");
const credential = "sk-CANARY-0123456789";

function apply(input: string, upstreams: unknown[] = ["one", { id: "two", model: "other" }]) {
  const upstream = (id: string) => ({
    ...{ id, kind: "openai", base_url: `https://${id}.example/v1`, api_key: credential },
  });
  const configuration = Configuration.parse({
    upstreams: [upstream("one"), upstream("two")],
    models: [
      {
        id: "m",
        upstreams,
        upstream_model: "theirs",
        context_tokens: 1_000,
        output_tokens_max: 100,
        price: { input_usd_per_mtok: input, output_usd_per_mtok: "2" },
      },
    ],
  });
  return applyConfiguration(database.db, configuration, key);
}

it("becomes rows, with credentials that only their own upstream and secret open", async () => {
  await apply("1");
  const { sql } = database;
  const rows = await sql`select id, credential from upstreams where kind = 'openai' order by id`;
  for (const { id, credential: sealed } of rows) {
    expect(sealed.toString("latin1")).not.toContain(credential);
    expect(unseal(key, sealed, credentialContext(id))?.toString()).toBe(credential);
    expect(unseal(key, sealed, credentialContext("three"))).toBeNull();
    const other = credentialKeyOf("another secret that is long enough too");
    expect(unseal(other, sealed, credentialContext(id))).toBeNull();
  }
  expect(rows).toHaveLength(2);
  const [model] = await sql`select upstream_id, upstream_model from models where id = 'm'`;
  expect(model).toEqual({ upstream_id: "one", upstream_model: "theirs" });
  const fallbacks = await sql`
    select position, upstream_id, upstream_model from model_fallbacks where model_id = 'm'`;
  expect([...fallbacks]).toEqual([{ position: 1, upstream_id: "two", upstream_model: "other" }]);
});

it("is applied by the program that migrates", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-migrate-"));
  const path = join(folder, "gatehouse.config.json");
  const base_url = "https://three.example/v1";
  writeFileSync(path, JSON.stringify({ upstreams: [{ id: "three", kind: "openai", base_url }] }));
  await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "--conditions=react-server", "db/migrate.ts"],
    {
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        AUTH_SECRET: "a secret for tests that is long enough",
        GATEHOUSE_CONFIG: path,
      },
    },
  );
  rmSync(folder, { recursive: true });
  const [row] = await database.sql`select base_url from upstreams where id = 'three'`;
  expect(row?.base_url).toBe(base_url);
});

it("may be applied again and again: a price is added where it changes, and none is touched", async () => {
  const { sql } = database;
  const prices = async () =>
    (
      await sql`
        select input_nanos_per_mtok::text as price from model_prices where model_id = 'm'
        order by effective_from`
    ).map((row) => row.price);
  await apply("1");
  await apply("1");
  expect(await prices()).toEqual(["1000000000"]);
  await apply("1.5", ["two"]);
  await apply("1.5", ["two"]);
  expect(await prices()).toEqual(["1000000000", "1500000000"]);
  expect(await sql`select 1 from model_fallbacks where model_id = 'm'`).toHaveLength(0);
  await expect(sql`update model_prices set input_nanos_per_mtok = 0`).rejects.toThrow(
    "append-only",
  );
});
