import "server-only";
import { and, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { apiKeys, keyExposures } from "@/db/schema/keys";
import { type AuditEntry, recordAudits } from "@/lib/audit/record";
import { newId } from "@/lib/id";
import { tellOfRevokes } from "@/lib/keys/key-events";
import { emitEvents, type WebhookEvent } from "@/lib/webhooks/emit";

/** A secret that somebody has seen, known here by its hash only. */
export interface Finding {
  /** SHA-256 of the secret in hex. */
  hash: string;
  source: "github" | "form";
  /** Where it was seen, as the finder says; see `storableUrl`. */
  url: string | null;
}

export interface ExposedKey {
  id: string;
  workspaceId: string;
  name: string;
  createdBy: string;
  /** Of the secret that was found. */
  prefix: string;
  last4: string;
  source: Finding["source"];
  url: string | null;
}

export interface ExposureReport {
  /** The hashes, in hex, that are secrets of ours: live, revoked or long retired. */
  known: ReadonlySet<string>;
  /** The keys that this report has revoked; their owners are to be told. */
  revoked: ExposedKey[];
}

const SecretRow = z.object({
  hash: z.string(),
  secret_id: z.string(),
  prefix: z.string(),
  last4: z.string(),
  /** Whether the secret still is, or could again be, one that opens the door. */
  can_open: z.boolean(),
  key_id: z.string(),
  workspace_id: z.string(),
  name: z.string(),
  created_by: z.string(),
  environment: z.enum(["live", "test"]),
  is_revoked: z.boolean(),
  revoked_reason: z.string().nullable(),
});
type SecretRow = z.infer<typeof SecretRow>;

/**
 * The secrets behind some hashes, with their keys locked in the order of their ids, so that two reports
 * of the same keys take turns. One query, whatever the number of hashes.
 */
async function lockSecrets(tx: Db, hashes: readonly string[]): Promise<SecretRow[]> {
  const rows = await tx.execute(sql`
    select encode(s.hash, 'hex') as hash, s.id as secret_id, s.prefix, s.last4,
      s.state = 'active'
        or (s.state = 'pending' and s.lapses_at > now())
        or (s.state = 'retiring' and s.retires_at > now()) as can_open,
      k.id as key_id, k.workspace_id, k.name, k.environment, k.created_by,
      k.revoked_at is not null as is_revoked, k.revoked_reason
    from api_key_secrets s
    join api_keys k on k.id = s.key_id
    where s.hash in (
      select decode(hex, 'hex') from unnest(string_to_array(${hashes.join(",")}, ',')) as hex
    )
    order by k.id
    for no key update of k`);
  return z.array(SecretRow).parse([...rows]);
}

/**
 * Takes in what was found in the open. A key is revoked at once, for good, if a secret was found that
 * still opens the door; once the transaction is committed no request that starts later is accepted. A
 * key that was revoked on request can't be brought back any more. A secret that a rotation has retired
 * opens nothing, so its key goes on: that it was replaced is what was to be done. Each place is noted
 * once, however often it is reported.
 *
 * Call it in a transaction, and queue the mails to the owners of `revoked` in the same. It takes a
 * handful of statements, whatever the number of findings.
 */
export async function exposeKeys(tx: Db, findings: readonly Finding[]): Promise<ExposureReport> {
  if (findings.length === 0) return { known: new Set(), revoked: [] };
  const secrets = await lockSecrets(tx, [...new Set(findings.map(({ hash }) => hash))]);
  const byHash = new Map(secrets.map((secret) => [secret.hash, secret]));
  const places: Place[] = findings.flatMap((finding) => {
    const secret = byHash.get(finding.hash);
    return secret ? [{ secret, finding }] : [];
  });
  const noted = await noteExposures(tx, places);
  const ended = await endKeys(tx, places);
  await recordAudits(tx, [...noted.map(exposureAct), ...ended.map(revokeAct)]);
  await emitEvents(tx, noted.map(exposureEvent));
  await tellOfRevokes(
    tx,
    ended.map(({ secret }) => secret.key_id),
    "exposed",
  );
  return { known: new Set(byHash.keys()), revoked: ended.map(exposedKeyOf) };
}

/** A secret of ours and one place where it was seen. */
interface Place {
  secret: SecretRow;
  finding: Finding;
}

function exposedKeyOf({ secret, finding }: Place): ExposedKey {
  return {
    id: secret.key_id,
    workspaceId: secret.workspace_id,
    name: secret.name,
    createdBy: secret.created_by,
    prefix: secret.prefix,
    last4: secret.last4,
    source: finding.source,
    url: finding.url,
  };
}

/** The first of those that agree in `keyOf`. */
function distinct(places: readonly Place[], keyOf: (place: Place) => string): Place[] {
  const first = new Map<string, Place>();
  for (const place of places) {
    const key = keyOf(place);
    if (!first.has(key)) first.set(key, place);
  }
  return [...first.values()];
}

/** Writes down where secrets were seen and answers what wasn't known. The locks on the keys make it exact. */
async function noteExposures(tx: Db, places: readonly Place[]): Promise<Place[]> {
  const seen = distinct(places, ({ secret, finding }) =>
    JSON.stringify([secret.secret_id, finding.source, finding.url]),
  );
  if (seen.length === 0) return [];
  const byId = new Map(seen.map((place) => [newId("exposure"), place]));
  const rows = [...byId].map(([id, { secret, finding }]) => ({
    ...{ id, key_id: secret.key_id, workspace_id: secret.workspace_id },
    ...{ secret_id: secret.secret_id, source: finding.source, url: finding.url },
  }));
  const noted = await tx.execute<{ id: string }>(sql`
    insert into ${keyExposures} (id, key_id, workspace_id, secret_id, source, url)
    select r.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r (id text, key_id text, workspace_id text, secret_id text, source text, url text)
    where not exists (
      select from ${keyExposures} e
      where e.key_id = r.key_id and e.secret_id = r.secret_id and e.source = r.source
        and e.url is not distinct from r.url
    )
    returning id`);
  return noted.flatMap(({ id }) => byId.get(id) ?? []);
}

/**
 * Revokes the keys whose secret still opens the door, and answers those that weren't revoked before.
 * The others keep the time of their revoke and lose its undo.
 */
async function endKeys(tx: Db, places: readonly Place[]): Promise<Place[]> {
  const open = distinct(
    places.filter(({ secret }) => secret.can_open && secret.revoked_reason !== "account_deleted"),
    ({ secret }) => secret.key_id,
  );
  const idsOf = (chosen: readonly Place[]) => chosen.map(({ secret }) => secret.key_id);
  const before = open.filter(({ secret }) => secret.is_revoked);
  const ended = open.filter(({ secret }) => !secret.is_revoked);
  const updatedAt = sql`clock_timestamp()`;
  if (before.length > 0) {
    await tx
      .update(apiKeys)
      .set({ revokedReason: "exposed", updatedAt })
      .where(
        and(
          inArray(apiKeys.id, idsOf(before)),
          sql`${apiKeys.revokedReason} is distinct from 'exposed'`,
        ),
      );
  }
  if (ended.length > 0) {
    await tx
      .update(apiKeys)
      .set({ revokedAt: updatedAt, revokedBy: null, revokedReason: "exposed", updatedAt })
      .where(inArray(apiKeys.id, idsOf(ended)));
  }
  return ended;
}

function exposureAct({ secret, finding }: Place): AuditEntry {
  const { source, url } = finding;
  return {
    ...{ workspaceId: secret.workspace_id, userId: null },
    action: "api_key.exposed",
    ...{ targetType: "api_key", targetId: secret.key_id },
    details: { name: secret.name, last4: secret.last4, source, url },
  };
}

function exposureEvent({ secret, finding }: Place): WebhookEvent {
  const { key_id: id, name, environment, last4, can_open: revoked } = secret;
  const { source, url } = finding;
  const key = { id, name, environment, last4 };
  return {
    ...{ workspaceId: secret.workspace_id, type: "api_key.exposed" },
    data: { api_key: key, source, url, revoked },
  };
}

function revokeAct({ secret }: Place): AuditEntry {
  return {
    ...{ workspaceId: secret.workspace_id, userId: null },
    action: "api_key.revoked",
    ...{ targetType: "api_key", targetId: secret.key_id },
    details: { name: secret.name, reason: "exposed" },
  };
}
