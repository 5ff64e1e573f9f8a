import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { recordAudits } from "@/lib/audit/record";
import { newId } from "@/lib/id";
import { CsvError, readCsv } from "@/lib/keys/import/read-csv";
import {
  type ImportRow,
  type LineProblem,
  type RowDefaults,
  readHeader,
  readRow,
} from "@/lib/keys/import/rows";
import { liveKeysMax } from "@/lib/keys/schema";

/** `unchanged`: an import before this one has made it. `expired`: over already, so nothing is made. */
export type ImportStatus = "imported" | "would_import" | "unchanged" | "expired" | "error";

export interface ImportedLine {
  line: number;
  status: ImportStatus;
  sha256: string | null;
  workspaceId: string | null;
  keyId: string | null;
  /** What is wrong, or why nothing was made. */
  message: string | null;
}

export interface ImportOptions extends RowDefaults {
  /** Checks everything and writes nothing. */
  isDryRun: boolean;
}

/** How many keys are written in one transaction. */
const batchSize = 1_000;
const lookUpSize = 5_000;

/** A row whose workspace is known. */
interface Planned extends ImportRow {
  workspaceId: string;
  ownerId: string;
}

/**
 * Makes keys of another system's hashes. Every line is checked first, and while one is wrong nothing is
 * written; then keys are written a thousand a transaction. What is there already stays as it is, so that an
 * import that was interrupted is run again. Answers what became of each line.
 */
export async function importKeys(
  db: Db,
  text: string,
  options: ImportOptions,
): Promise<ImportedLine[]> {
  const read = readFile(text, options);
  const planned = await placeRows(db, read.rows, read.problems);
  const found = await lookUp(db, planned);
  const now = await readNow(db);
  const lines: ImportedLine[] = [];
  const fresh: Planned[] = [];
  for (const row of planned) {
    const there = found.get(row.sha256);
    if (there && !(there.isImported && there.workspaceId === row.workspaceId)) {
      const message = `is a key of ${there.workspaceId} already (${there.keyId})`;
      read.problems.push({ line: row.line, message });
    } else if (there) lines.push(lineOf(row, "unchanged", there.keyId));
    else if (row.expiresAt && row.expiresAt <= now) lines.push(lineOf(row, "expired", null));
    else fresh.push(row);
  }
  read.problems.push(...(await findCrowds(db, fresh)));
  if (read.problems.length > 0) return [...lines, ...refuse(fresh, read.problems)].sort(byLine);
  if (options.isDryRun) {
    return [...lines, ...fresh.map((row) => lineOf(row, "would_import", null))].sort(byLine);
  }
  for (let start = 0; start < fresh.length; start += batchSize) {
    lines.push(...(await writeBatch(db, fresh.slice(start, start + batchSize))));
  }
  return lines.sort(byLine);
}

const byLine = (a: ImportedLine, b: ImportedLine) => a.line - b.line;

function lineOf(row: Planned, status: ImportStatus, keyId: string | null): ImportedLine {
  const { line, sha256, workspaceId } = row;
  const message = status === "expired" ? "has expired" : null;
  return { line, status, sha256, workspaceId, keyId, message };
}

/** Each problem is a line's; the good lines beside them say that they wait. */
function refuse(fresh: Planned[], problems: LineProblem[]): ImportedLine[] {
  const bad = new Set(problems.map(({ line }) => line));
  const nothing = { sha256: null, workspaceId: null, keyId: null };
  return [
    ...problems.map(({ line, message }) => ({
      line,
      status: "error" as const,
      ...nothing,
      message,
    })),
    ...fresh.filter(({ line }) => !bad.has(line)).map((row) => lineOf(row, "would_import", null)),
  ];
}

function readFile(text: string, defaults: RowDefaults) {
  const rows: ImportRow[] = [];
  const problems: LineProblem[] = [];
  const firstLines = new Map<string, number>();
  try {
    const records = readCsv(text);
    const first = records.next();
    if (first.done) return { rows, problems: [{ line: 1, message: "the file is empty" }] };
    const header = readHeader(first.value);
    if (!(header instanceof Map)) {
      return { rows, problems: header.map((message) => ({ line: 1, message })) };
    }
    for (const record of records) {
      const row = readRow(record, header, defaults);
      if (Array.isArray(row)) {
        problems.push(...row);
        continue;
      }
      const earlier = firstLines.get(row.sha256);
      if (earlier === undefined) firstLines.set(row.sha256, row.line);
      else problems.push({ line: row.line, message: `is the key of line ${earlier} again` });
      if (earlier === undefined) rows.push(row);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.push({ line: error.line, message: error.message });
  }
  return { rows, problems };
}

const Place = z.object({ asked: z.string(), id: z.string(), owner_id: z.string() });

/** Finds the rows' workspaces. Rows without one, or whose address owns several, become problems. */
async function placeRows(db: Db, rows: ImportRow[], problems: LineProblem[]): Promise<Planned[]> {
  const asked = [...new Set(rows.map(({ workspace }) => workspace))];
  const found = await db.execute(sql`
    select asked, w.id, o.user_id as owner_id
    from jsonb_array_elements_text(${JSON.stringify(asked)}::text::jsonb) as asked
    join members o on o.role = 'owner'
    join workspaces w on w.id = o.workspace_id and w.deleted_at is null
    join users u on u.id = o.user_id
    where w.id = asked or (position('@' in asked) > 0 and lower(u.email) = lower(asked))
    order by o.user_id`);
  const places = new Map<string, Map<string, string>>();
  for (const row of found) {
    const { asked: name, id, owner_id } = Place.parse(row);
    const own = places.get(name) ?? new Map<string, string>();
    places.set(name, own.set(id, own.get(id) ?? owner_id));
  }
  return rows.flatMap((row) => {
    const [place, ...others] = places.get(row.workspace) ?? [];
    if (place && others.length === 0) return [{ ...row, workspaceId: place[0], ownerId: place[1] }];
    const message = place
      ? "workspace: this address owns several; name the workspace's id"
      : "workspace: there is none of this id, and none that this address owns";
    problems.push({ line: row.line, message });
    return [];
  });
}

const Found = z.object({
  hash: z.string(),
  workspace_id: z.string(),
  key_id: z.string(),
  is_imported: z.boolean(),
});

async function lookUp(db: Db, rows: Planned[]) {
  const found = new Map<string, { workspaceId: string; keyId: string; isImported: boolean }>();
  for (let start = 0; start < rows.length; start += lookUpSize) {
    const hashes = rows.slice(start, start + lookUpSize).map(({ sha256 }) => sha256);
    const answer = await db.execute(sql`
      select encode(s.hash, 'hex') as hash, s.workspace_id, s.key_id,
        s.imported_at is not null as is_imported
      from jsonb_array_elements_text(${JSON.stringify(hashes)}::text::jsonb) as asked
      join api_key_secrets s on s.hash = decode(asked, 'hex')`);
    for (const row of answer) {
      const { hash, workspace_id, key_id, is_imported } = Found.parse(row);
      found.set(hash, { workspaceId: workspace_id, keyId: key_id, isImported: is_imported });
    }
  }
  return found;
}

async function readNow(db: Db): Promise<Date> {
  const [row] = await db.execute<{ ms: string }>(
    sql`select floor(extract(epoch from clock_timestamp()) * 1000)::text as ms`,
  );
  return new Date(Number(row?.ms));
}

const Live = z.object({ workspace_id: z.string(), live: z.coerce.number() });

/** How many live keys these workspaces have. */
async function countLive(db: Db, workspaceIds: string[]): Promise<Map<string, number>> {
  const rows = await db.execute(sql`
    select workspace_id, count(*) as live from api_keys
    where workspace_id in (
        select jsonb_array_elements_text(${JSON.stringify(workspaceIds)}::text::jsonb))
      and revoked_at is null
      and coalesce(least(expires_at, rotation_deadline_at) > now(), true)
    group by workspace_id`);
  return new Map(
    rows.map((row) => {
      const { workspace_id, live } = Live.parse(row);
      return [workspace_id, live] as const;
    }),
  );
}

/** The lines with which their workspaces would have more live keys than they may. */
async function findCrowds(db: Db, rows: Planned[]): Promise<LineProblem[]> {
  const counts = await countLive(db, [...new Set(rows.map(({ workspaceId }) => workspaceId))]);
  return rows.flatMap(({ line, workspaceId }) => {
    const count = (counts.get(workspaceId) ?? 0) + 1;
    counts.set(workspaceId, count);
    if (count <= liveKeysMax) return [];
    return [{ line, message: `${workspaceId} would have more than ${liveKeysMax} live keys` }];
  });
}

async function writeBatch(db: Db, rows: Planned[]): Promise<ImportedLine[]> {
  const workspaceIds = [...new Set(rows.map(({ workspaceId }) => workspaceId))];
  const named = rows.map((row) => ({ row, keyId: newId("apiKey"), secretId: newId("secret") }));
  const records = named.map(({ row, keyId, secretId }) => ({
    ...{ key_id: keyId, secret_id: secretId, workspace_id: row.workspaceId, name: row.name },
    ...{ environment: row.environment, scopes: row.scopes, owner_id: row.ownerId },
    ...{ hash: row.sha256, prefix: row.prefix.replace(/[_-]$/, ""), last4: row.last4 },
    expires_at: row.expiresAt?.toISOString() ?? null,
  }));
  await db.transaction(async (tx) => {
    // What adds live keys to a workspace takes turns, here in one order.
    await tx.execute(sql`
      select id from workspaces where id in (
        select jsonb_array_elements_text(${JSON.stringify(workspaceIds)}::text::jsonb))
      order by id for no key update`);
    await tx.execute(sql`
      with rows as (
        select * from jsonb_to_recordset(${JSON.stringify(records)}::text::jsonb) as r(
          key_id text, secret_id text, workspace_id text, name text, environment text,
          scopes text[], owner_id text, hash text, prefix text, last4 text, expires_at timestamptz)
      ), keys as (
        insert into api_keys (id, workspace_id, name, environment, scopes, expires_at, created_by)
        select key_id, workspace_id, name, environment, scopes, expires_at, owner_id from rows
        returning id
      )
      insert into api_key_secrets (id, key_id, workspace_id, hash, prefix, last4, state, imported_at)
      select secret_id, key_id, workspace_id, decode(hash, 'hex'), prefix, last4, 'active', now()
      from rows join keys on keys.id = rows.key_id`);
    const counts = await countLive(tx, workspaceIds);
    for (const [id, live] of counts) {
      if (live > liveKeysMax) throw new Error(`${id} has got other keys meanwhile; run it again`);
    }
    await recordAudits(
      tx,
      named.map(({ row, keyId }) => ({
        ...{ workspaceId: row.workspaceId, userId: null, action: "api_key.imported" as const },
        ...{ targetType: "api_key", targetId: keyId },
        details: {
          ...{ name: row.name, environment: row.environment, scopes: row.scopes, last4: row.last4 },
          expiresAt: row.expiresAt?.toISOString() ?? null,
        },
      })),
    );
  });
  return named.map(({ row, keyId }) => lineOf(row, "imported", keyId));
}
