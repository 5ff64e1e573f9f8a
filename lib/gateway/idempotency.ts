import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { canRetry, isStatementTimeout } from "@/db/outage";
import type { Pool } from "@/db/pool";
import { headerValues } from "@/lib/gateway/credentials";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import { type Reply, type StreamRecorder, WholeReply } from "@/lib/gateway/reply";
import { log } from "@/lib/log";
import { seal, unseal } from "@/lib/sealed";

/**
 * `Idempotency-Key` on every POST, after the IETF draft
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/): the same key with the
 * same request gets the same answer for 24 hours, and is charged once (BAR P5, P18). Failures aren't
 * kept, so that a retry can succeed. Answers are kept encrypted, because some hold secrets.
 */

const keyLengthMax = 255;
/** Longer answers aren't kept; a retry is told so, and not charged again. */
const answerBytesMax = 8 * 1024 * 1024;
const statementMsMax = 12_000;
const retryMs = 250;
/** A database that is away for longer leaves the row as it is; the lease or the day ends it. */
const attemptsMax = 240;

/** Headers of an answer that a replay repeats. */
const keptHeaders = [
  "content-type",
  "location",
  "etag",
  "x-request-cost",
  "x-balance-remaining",
] as const;

const KeptAnswer = z.object({
  /** `broken`: charged, but never delivered whole, so there is nothing to repeat. */
  kind: z.enum(["whole", "broken"]),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
type KeptAnswer = z.infer<typeof KeptAnswer>;

const broken: KeptAnswer = { kind: "broken", status: 0, headers: {}, body: "" };

const Row = z.object({
  request_id: z.string(),
  state: z.enum(["in_flight", "done"]),
  is_ours: z.boolean(),
  is_same: z.boolean(),
  was_charged: z.boolean(),
  answer: z.instanceof(Uint8Array).nullable(),
});

/** The request's `Idempotency-Key`. Throws param for one that can't be. */
export function readIdempotencyKey(request: IncomingMessage): string {
  const values = headerValues(request, "idempotency-key");
  const [value = ""] = values;
  if (values.length === 1 && /^[\x20-\x7e]+$/.test(value) && value.length <= keyLengthMax) {
    return value;
  }
  throw invalidFields([
    {
      path: "Idempotency-Key",
      code: "invalid_value",
      message: `must be one header of 1 to ${keyLengthMax} printable ASCII characters`,
    },
  ]);
}

export interface IdempotentRequest {
  requestId: string;
  idempotencyKey: string;
  /** Method, path and query as sent, and whom the answer may be repeated to. */
  target: string;
  bodyDigest: Buffer;
  workspaceId: string;
}

export interface IdempotencyStore {
  pool: Pool;
  instanceId: string;
  /**
   * Whether claims of instances without a lease may be taken over: after an outage nobody has one until all
   * have had the time to renew theirs.
   */
  canTakeOver: boolean;
  /** 32 bytes; see `deriveKey`. */
  sealingKey: Uint8Array;
}

/** Thrown by a claim whose request has been answered already. */
export class KeptAnswerFound extends Error {
  constructor(readonly answer: WholeReply) {
    super("the answer was kept");
    this.name = "KeptAnswerFound";
  }
}

function contextOf(request: IdempotentRequest): string {
  return `idempotency ${request.workspaceId} ${request.idempotencyKey}`;
}

function fingerprintOf(request: IdempotentRequest): Buffer {
  return createHash("sha256").update(`${request.target}\n`).update(request.bodyDigest).digest();
}

/**
 * Takes the key for this request. A key whose request died with its gateway may be taken over, unless
 * that request was charged. Throws KeptAnswerFound, idem_reuse (another request has the key),
 * idem_busy (it is being answered), conflict (it was charged and cut off).
 */
export async function claimIdempotencyKey(
  store: IdempotencyStore,
  request: IdempotentRequest,
): Promise<void> {
  const { workspaceId, idempotencyKey, requestId } = request;
  const fingerprint = fingerprintOf(request).toString("hex");
  const rows = await store.pool.sql`
    with claimed as (
      insert into idempotency_keys as i
        (workspace_id, key, request_id, fingerprint, state, instance_id, created_at)
      values (${workspaceId}, ${idempotencyKey}, ${requestId}, decode(${fingerprint}, 'hex'),
        'in_flight', ${store.instanceId}, clock_timestamp())
      on conflict (workspace_id, key) do update set
        request_id = excluded.request_id, fingerprint = excluded.fingerprint, state = 'in_flight',
        instance_id = excluded.instance_id, answer = null, created_at = excluded.created_at
      where i.created_at <= clock_timestamp() - interval '24 hours'
        or (i.state = 'in_flight' and i.fingerprint = excluded.fingerprint
          and ${store.canTakeOver} and i.instance_id <> ${store.instanceId}
          and not exists (select from instances g
            where g.id = i.instance_id and g.lease_until > clock_timestamp())
          and not exists (select from holds h where h.request_id = i.request_id)
          and not exists (select from request_log l where l.id = i.request_id
            and l.at > now() - interval '25 hours' and l.cost_nanos > 0))
      returning request_id, state, fingerprint, answer
    )
    select request_id, state, true as is_ours, true as is_same, false as was_charged, answer
    from claimed
    union all
    select i.request_id, i.state, false, i.fingerprint = decode(${fingerprint}, 'hex'),
      i.state = 'in_flight' and exists (select from request_log l where l.id = i.request_id
        and l.at > now() - interval '25 hours' and l.cost_nanos > 0)
        and not exists (select from instances g
          where g.id = i.instance_id and g.lease_until > clock_timestamp()),
      i.answer
    from idempotency_keys i
    where i.workspace_id = ${workspaceId} and i.key = ${idempotencyKey}
      and not exists (select from claimed)`;
  // A row that another request is inserting right now isn't visible yet.
  if (rows.length === 0) throw busy();
  const row = Row.parse(rows[0]);
  if (row.is_ours) return;
  if (!row.is_same) throw new GatewayError("idem_reuse");
  if (row.was_charged) throw cutOff();
  if (row.state === "in_flight" || !row.answer) throw busy();
  throw new KeptAnswerFound(replayOf(store, request, row.answer, row.request_id));
}

function busy(): GatewayError {
  return new GatewayError("idem_busy", { headers: { "retry-after": "1" } });
}

function cutOff(): GatewayError {
  return new GatewayError("conflict", {
    message:
      "Conflict: the first request with this Idempotency-Key was charged and its answer cut off; send it under a new key",
  });
}

function replayOf(
  store: IdempotencyStore,
  request: IdempotentRequest,
  sealed: Uint8Array,
  firstRequestId: string,
): WholeReply {
  const plain = unseal(store.sealingKey, sealed, contextOf(request));
  // Sealed under a secret that has been changed since: it can't be repeated, and must not be redone.
  if (!plain) throw cutOff();
  const answer = KeptAnswer.parse(JSON.parse(plain.toString("utf8")));
  if (answer.kind === "broken") throw cutOff();
  const headers = {
    ...answer.headers,
    "idempotent-replayed": "true",
    "x-original-request-id": firstRequestId,
  };
  return new WholeReply(answer.status, headers, Buffer.from(answer.body, "base64"));
}

/** Runs a statement until it holds, as long as waiting can mend it. */
async function persist(
  store: IdempotencyStore,
  requestId: string,
  statement: (sql: Pool["sql"]) => PromiseLike<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await store.pool.run(statement, statementMsMax);
      return;
    } catch (error) {
      const isWorthIt = canRetry(error) || isStatementTimeout(error);
      if (!isWorthIt || attempt >= attemptsMax) {
        log.error({ err: error, requestId }, "an idempotent answer was not kept");
        return;
      }
      await delay(retryMs, undefined, { ref: false });
    }
  }
}

async function keep(
  store: IdempotencyStore,
  request: IdempotentRequest,
  answer: KeptAnswer,
): Promise<void> {
  const sealed = seal(store.sealingKey, Buffer.from(JSON.stringify(answer)), contextOf(request));
  await persist(
    store,
    request.requestId,
    (sql) => sql`
      update idempotency_keys set state = 'done', answer = decode(${sealed.toString("base64")}, 'base64')
      where workspace_id = ${request.workspaceId} and key = ${request.idempotencyKey}
        and request_id = ${request.requestId}`,
  );
}

/** Keeps that the request was charged, and that there is no answer to repeat. */
export async function keepBroken(
  store: IdempotencyStore,
  request: IdempotentRequest,
): Promise<void> {
  await keep(store, request, broken);
}

/** Gives the key back after a failure, so that a retry is a first attempt. */
export async function releaseIdempotencyKey(
  store: IdempotencyStore,
  request: IdempotentRequest,
): Promise<void> {
  await persist(
    store,
    request.requestId,
    (sql) => sql`
      delete from idempotency_keys
      where workspace_id = ${request.workspaceId} and key = ${request.idempotencyKey}
        and request_id = ${request.requestId} and state = 'in_flight'`,
  );
}

/**
 * Keeps an answer for its key as it passes: one in one piece before it is handed on, a stream when its
 * last frame has passed. A stream that ends early is kept as broken.
 */
export async function keepAnswer(
  store: IdempotencyStore,
  request: IdempotentRequest,
  reply: Reply,
): Promise<Reply> {
  if (!(reply instanceof WholeReply)) {
    reply.recorder = new Recorder((body) => {
      const headers = { "content-type": "text/event-stream; charset=utf-8" };
      return keep(store, request, body ? whole(200, headers, body) : broken);
    });
    return reply;
  }
  const { status } = reply;
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = reply.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  const body = Buffer.from(reply.body ?? "");
  await keep(store, request, body.length <= answerBytesMax ? whole(status, headers, body) : broken);
  return reply;
}

function whole(status: number, headers: Record<string, string>, body: Buffer): KeptAnswer {
  return { kind: "whole", status, headers, body: body.toString("base64") };
}

/** Tells the bytes of a stream when it has ended, null when it was cut or is too long. */
class Recorder implements StreamRecorder {
  private readonly texts: Buffer[] = [];
  private bytes = 0;
  private finishing: Promise<void> | null = null;

  constructor(private readonly finish: (body: Buffer | null) => Promise<void>) {}

  add(text: string): void {
    const chunk = Buffer.from(text);
    this.bytes += chunk.length;
    if (this.bytes <= answerBytesMax) this.texts.push(chunk);
  }

  /** A client may leave as soon as it has the last frame, while the answer is being kept: once is enough. */
  end(isWhole: boolean): Promise<void> {
    const isKept = isWhole && this.bytes <= answerBytesMax;
    this.finishing ??= this.finish(isKept ? Buffer.concat(this.texts) : null);
    return this.finishing;
  }
}
