import { readFileSync } from "node:fs";
import { join } from "node:path";
import type postgres from "postgres";
import { z } from "zod";
import { type Finding, findingsOf } from "@/lib/doctor/finding";

const { ok, warn, fail, skip } = findingsOf("database");

/** What the processes open at most, one of each: a gateway 27, the worker 44, the dashboard 12. */
export const connectionsWanted = 83;

const majorMin = 15;
const clockSecondsMax = 2;
const clockSecondsFar = 30;
const xidAgeMax = 1_000_000_000;

const Server = z.object({
  version_num: z.coerce.number(),
  version: z.string(),
  encoding: z.string(),
  now_ms: z.coerce.number(),
  is_standby: z.boolean(),
  is_encrypted: z.boolean().nullable(),
  xid_age: z.coerce.number(),
  bytes: z.coerce.number(),
  connections: z.coerce.number(),
  settings: z.record(z.string(), z.string()),
});

const settingNames = [
  ...["jit", "max_connections", "superuser_reserved_connections", "synchronous_commit", "fsync"],
  ...["full_page_writes", "default_transaction_isolation", "wal_level", "archive_mode"],
];

/** The server: its version, its clock against this machine's, its settings, its room. Throws as the driver. */
export async function checkServer(sql: postgres.Sql, isRemote: boolean): Promise<Finding[]> {
  const sentAtMs = Date.now();
  const [row] = await sql`
    select current_setting('server_version_num') as version_num,
      current_setting('server_version') as version,
      current_setting('server_encoding') as encoding,
      extract(epoch from clock_timestamp()) * 1000 as now_ms,
      pg_is_in_recovery() as is_standby,
      (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as is_encrypted,
      (select age(datfrozenxid) from pg_database where datname = current_database()) as xid_age,
      pg_database_size(current_database()) as bytes,
      (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
      (select jsonb_object_agg(name, setting) from pg_settings where name in ${sql(settingNames)})
        as settings`;
  const server = Server.parse(row);
  const receivedAtMs = Date.now();
  return [
    ...checkVersion(server),
    checkClock(server.now_ms, sentAtMs, receivedAtMs),
    ...(isRemote ? [checkEncryption(server.is_encrypted)] : []),
    ...checkDurability(server.settings),
    ...checkConnections(server),
    checkJit(server.settings.jit),
    checkRoom(server),
  ];
}

function checkVersion({ version_num, version, encoding, is_standby }: z.infer<typeof Server>) {
  const findings: Finding[] = [];
  const major = Math.floor(version_num / 10_000);
  if (major < majorMin) {
    const mend = `Move to PostgreSQL ${majorMin} or later.`;
    findings.push(fail("version", `PostgreSQL ${version} is too old`, mend));
  } else findings.push(ok("version", `PostgreSQL ${version}`));
  if (encoding !== "UTF8") {
    findings.push(fail("encoding", `is ${encoding}`, "Make the database with encoding UTF8."));
  }
  if (is_standby) {
    const mend = "Point DATABASE_URL at the primary.";
    findings.push(fail("role", "is a standby, which takes no writes", mend));
  }
  return findings;
}

/** The request took some time, and the answer is of some moment within it. */
function checkClock(databaseMs: number, sentAtMs: number, receivedAtMs: number): Finding {
  const aheadMs = Math.max(0, sentAtMs - databaseMs, databaseMs - receivedAtMs);
  const seconds = aheadMs / 1_000;
  if (seconds <= clockSecondsMax) return ok("clock", "agrees with this machine's");
  const says = `is ${seconds.toFixed(1)} s from this machine's`;
  const mend = "Run NTP on both; the database's clock decides what expires, and bills are by it.";
  return seconds > clockSecondsFar ? fail("clock", says, mend) : warn("clock", says, mend);
}

function checkEncryption(isEncrypted: boolean | null): Finding {
  if (isEncrypted) return ok("encryption", "the connection is encrypted");
  const says = "the connection to another machine isn't encrypted";
  return warn(
    "encryption",
    says,
    "Add ?sslmode=require to DATABASE_URL, or keep the network private.",
  );
}

function checkDurability(settings: Record<string, string>): Finding[] {
  const isOn = (name: string, says: string): Finding =>
    settings[name] === "off"
      ? fail(name, `is off: ${says}`, `Set ${name} = on.`)
      : ok(name, `is ${settings[name]}`);
  const isolation = settings.default_transaction_isolation;
  const backups =
    settings.archive_mode === "off"
      ? warn(
          "archive_mode",
          "is off: after a loss, only the latest dump comes back",
          "Archive the WAL, or dump as often as you can bear to lose (docs/operations.md).",
        )
      : ok("archive_mode", "is on");
  return [
    isOn("fsync", "a crash of the machine can destroy everything"),
    isOn("full_page_writes", "a crash of the machine can destroy pages"),
    isOn("synchronous_commit", "a crash loses payments that were confirmed"),
    ...(isolation === "read committed"
      ? []
      : [
          warn(
            "default_transaction_isolation",
            `is ${isolation}`,
            "Leave it at read committed: the statements are made for it.",
          ),
        ]),
    backups,
  ];
}

function checkConnections({ settings, connections }: z.infer<typeof Server>): Finding[] {
  const max = Number(settings.max_connections) - Number(settings.superuser_reserved_connections);
  const says = `${max} for everybody, ${connections} in use; one of each process opens ${connectionsWanted}`;
  if (max >= connectionsWanted) return [ok("max_connections", says)];
  const mend = `Set max_connections to ${connectionsWanted + 17} or more, and 27 more for each further gateway.`;
  return [fail("max_connections", says, mend)];
}

function checkJit(jit: string | undefined): Finding {
  if (jit === "off") return ok("jit", "is off");
  const mend = "alter system set jit = off; select pg_reload_conf();";
  return warn("jit", "is on: compiling costs more than our queries do", mend);
}

function checkRoom({ bytes, xid_age }: z.infer<typeof Server>): Finding {
  const says = `${(bytes / 1e9).toFixed(2)} GB`;
  if (xid_age < xidAgeMax) return ok("size", says);
  const mend = "See why autovacuum doesn't keep up: docs/operations.md.";
  return fail("size", `${says}; its oldest transaction is ${xid_age} ago`, mend);
}

const Journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.number() })) });

/** The migrations of this version that the database has; `root` is the folder that holds `drizzle/`. */
export async function checkMigrations(sql: postgres.Sql, root: string): Promise<Finding[]> {
  const text = readFileSync(join(root, "drizzle", "meta", "_journal.json"), "utf8");
  const { entries } = Journal.parse(JSON.parse(text));
  const mend = "Run node dist/migrate.mjs; npm start does it by itself.";
  const [table] =
    await sql`select to_regclass('drizzle.__drizzle_migrations') is not null as is_there`;
  if (!table?.is_there) return [fail("migrations", "none were applied", mend)];
  const [row] = await sql`select max(created_at)::text as latest from drizzle.__drizzle_migrations`;
  const latest = Number(row?.latest ?? 0);
  const missing = entries.filter(({ when }) => when > latest).map(({ tag }) => tag);
  if (missing.length > 0) return [fail("migrations", `lacks ${missing.join(", ")}`, mend)];
  if (entries.every(({ when }) => when < latest)) {
    const says = "are of a later version than this program";
    return [warn("migrations", says, "Deploy the version that made them, on every machine.")];
  }
  return [ok("migrations", `all ${entries.length} were applied`)];
}

const Work = z.object({
  has_tomorrow: z.boolean(),
  stray_rows: z.boolean(),
  worker: z.boolean(),
  breaches: z.coerce.number().nullable(),
  checked_hours_ago: z.coerce.number().nullable(),
  mails_old: z.coerce.number(),
  gateways: z.coerce.number(),
});

/** Whether what has to happen by itself does. */
export async function checkWork(sql: postgres.Sql): Promise<Finding[]> {
  const [row] = await sql`
    select to_regclass('request_log_' || to_char(current_date + 1, 'YYYYMMDD')) is not null
        as has_tomorrow,
      exists (select from request_log_default) as stray_rows,
      to_regclass('graphile_worker.jobs') is not null as worker,
      (select jsonb_array_length(breaches) from ledger_checks order by at desc limit 1) as breaches,
      (select extract(epoch from now() - max(at)) / 3600 from ledger_checks) as checked_hours_ago,
      (select count(*) from mails where sent_at is null and failed_at is null
        and created_at between now() - interval '48 hours' and now() - interval '30 minutes')
        as mails_old,
      (select count(*) from instances where lease_until > now()) as gateways`;
  const work = Work.parse(row);
  const findings: Finding[] = [];
  if (!work.has_tomorrow) {
    const mend = "Start the worker; it makes the partitions of the next two weeks.";
    findings.push(fail("partitions", "the request log has no room for tomorrow of its own", mend));
  } else if (work.stray_rows) {
    const mend = "Leave them: they are found all the same. See that the worker keeps running.";
    findings.push(warn("partitions", "some requests are in the default partition", mend));
  } else findings.push(ok("partitions", "the request log has its next days"));
  findings.push(checkBooks(work));
  if (!work.worker) {
    findings.push(warn("worker", "has never run here", "Start it: node dist/worker.mjs."));
  }
  if (work.mails_old > 0) {
    const says = `${work.mails_old} mails wait for more than half an hour`;
    findings.push(warn("mail backlog", says, "See the worker's log, and the findings about mail."));
  }
  const running = `${work.gateways} with a live lease`;
  findings.push(work.gateways > 0 ? ok("gateways", running) : skip("gateways", "none is running"));
  return findings;
}

function checkBooks({ breaches, checked_hours_ago: age }: z.infer<typeof Work>): Finding {
  if (breaches === null) return skip("books", "were not checked yet");
  if (breaches > 0) {
    const mend =
      "Run npm run verify:ledger, then docs/operations.md, “The books are not in order”.";
    return fail("books", `the latest check found ${breaches} breaches`, mend);
  }
  const says = "the latest check found them in order";
  if ((age ?? 0) < 1) return ok("books", says);
  return warn("books", `${says}, ${age?.toFixed(0)} hours ago`, "Start the worker.");
}
