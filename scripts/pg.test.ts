import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { databaseUrlOf, startPostgres } from "./pg.mjs";

const directory = realpathSync(mkdtempSync(join(tmpdir(), "gatehouse-pg-")));
// PostgreSQL's account has to get inside when the tests run as root.
chmodSync(directory, 0o711);
const dataDir = join(directory, "postgres");

let server: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  server = await startPostgres({ dataDir, fast: true });
});

afterAll(async () => {
  await server.remove();
  rmSync(directory, { recursive: true, force: true });
});

async function query(statement: string): Promise<postgres.Row | undefined> {
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  try {
    const [row] = await sql.unsafe(statement);
    return row;
  } finally {
    await sql.end();
  }
}

function postmasterPid(): number {
  return Number(
    readFileSync(join(server.dataDir, "cluster", "postmaster.pid"), "utf8").split("\n")[0],
  );
}

test("the server works in UTC and UTF-8, on loopback only, and needs the password", async () => {
  const row = await query(
    `select current_setting('TimeZone') as zone, current_setting('server_encoding') as encoding,
      current_setting('listen_addresses') as addresses, current_database() as database`,
  );
  expect(row).toEqual({
    zone: "UTC",
    encoding: "UTF8",
    addresses: "127.0.0.1",
    database: "gatehouse",
  });
  const stranger = postgres(server.url.replace(/:[^:@]+@/, ":wrong@"), { max: 1 });
  await expect(stranger`select 1`).rejects.toThrow("password authentication failed");
  await stranger.end();
});

test("a second start takes over the running server", async () => {
  const pid = postmasterPid();
  const again = await startPostgres({ dataDir, fast: true });
  expect([again.isReused, again.url, postmasterPid()]).toEqual([true, server.url, pid]);
  expect(databaseUrlOf(dataDir)).toBe(server.url);
});

test("after the postmaster was killed the next start has the data, at the same address", async () => {
  await query("create table kept as select 42 as answer");
  await query("checkpoint");
  process.kill(postmasterPid(), "SIGKILL");
  const before = server.url;
  server = await startPostgres({ dataDir, fast: true });
  expect([server.isReused, server.url]).toEqual([false, before]);
  expect(await query("select answer from kept")).toEqual({ answer: 42 });
});
