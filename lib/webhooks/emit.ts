import "server-only";
import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { newId } from "@/lib/id";
import { allEvents, type EventName } from "@/lib/webhooks/event-names";
import type { EventData } from "@/lib/webhooks/events";
import { requestAttempts } from "@/lib/webhooks/request-attempts";

interface Occurrence<T extends EventName> {
  workspaceId: string;
  type: T;
  data: EventData<T>;
  /** Where it didn't happen just now. */
  occurredAt?: Date;
  /**
   * Names an occasion that is told once, however often it is looked at. It is remembered until then, where
   * somebody heard of it; null for ever.
   */
  once?: { reference: string; until: Date | null };
}

/** Something that happened in a workspace. */
export type WebhookEvent = { [T in EventName]: Occurrence<T> }[EventName];

/** Rows in one statement: its one parameter stays small. */
const emitMax = 1_000;

/**
 * Tells the workspaces' enabled endpoints that subscribe to them of these events, in the transaction of what
 * happened: if it isn't committed, nothing was told. What nobody subscribes to leaves nothing behind.
 * Answers how many deliveries were made.
 */
export async function emitEvents(tx: Db, events: readonly WebhookEvent[]): Promise<number> {
  let made = 0;
  for (let start = 0; start < events.length; start += emitMax) {
    made += await emitSome(tx, events.slice(start, start + emitMax));
  }
  return made;
}

async function emitSome(tx: Db, events: readonly WebhookEvent[]): Promise<number> {
  const rows = events.map(({ workspaceId, type, data, occurredAt, once }) => ({
    ...{ id: newId("webhookMessage"), workspace_id: workspaceId, type },
    // As text, so that what is sent is what was written here, whatever jsonb would make of it.
    data: JSON.stringify(data),
    occurred_at: occurredAt?.toISOString() ?? null,
    reference: once?.reference ?? null,
    until: once?.until?.toISOString() ?? null,
  }));
  const made = await tx.execute<{ id: string }>(sql`
    with wanted as (
      select w.id, w.workspace_id, w.type, w.data, w.reference, w.until,
        coalesce(w.occurred_at, now()) as occurred_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w (
        id text, workspace_id text, type text, data text, occurred_at timestamptz, reference text,
        until timestamptz)
    ),
    heard as (
      select w.id as message_id, w.workspace_id, e.id as endpoint_id
      from wanted w
      join webhook_endpoints e on e.workspace_id = w.workspace_id
        and e.disabled_at is null and e.deleted_at is null
        and e.events && array[w.type, ${allEvents}]
    ),
    first_times as (
      insert into webhook_occasions (workspace_id, reference, until)
      select w.workspace_id, w.reference, w.until from wanted w
      where w.reference is not null and exists (select from heard h where h.message_id = w.id)
      on conflict do nothing
      returning workspace_id, reference
    ),
    told as (
      insert into webhook_messages (id, workspace_id, type, occurred_at, body)
      select w.id, w.workspace_id, w.type, w.occurred_at, ${messageBody()}
      from wanted w
      where exists (select from heard h where h.message_id = w.id)
        and (w.reference is null or exists (
          select from first_times f
          where f.workspace_id = w.workspace_id and f.reference = w.reference
        ))
      returning id
    )
    insert into webhook_deliveries (id, message_id, endpoint_id, workspace_id)
    select make_id('dlv'), h.message_id, h.endpoint_id, h.workspace_id
    from heard h join told t on t.id = h.message_id
    returning id`);
  await requestAttempts(
    tx,
    made.map(({ id }) => id),
  );
  return made.length;
}

/** The body of a message of the row `w`: every byte of it is signed and sent as it is stored. */
export function messageBody() {
  return sql`'{"id":' || to_json(w.id) || ',"type":' || to_json(w.type) || ',"timestamp":"'
    || to_char(w.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || '","workspace_id":' || to_json(w.workspace_id) || ',"data":' || w.data || '}'`;
}
