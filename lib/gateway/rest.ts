import type { z } from "zod";
import { untilChangesAreKnown } from "@/db/changes";
import type { Db } from "@/db/client";
import type { RequestOrigin } from "@/lib/audit/record";
import { admissionDeadline, admit, inTime } from "@/lib/gateway/admission";
import { checkBodyHeaders, readBody } from "@/lib/gateway/body";
import { bookFree } from "@/lib/gateway/book-free";
import { type Call, type Gateway, isKeyRoute } from "@/lib/gateway/call";
import { openCursor, sealCursor } from "@/lib/gateway/cursor";
import { GatewayError } from "@/lib/gateway/errors";
import type { KeyFacts } from "@/lib/gateway/facts";
import { parseJsonBody } from "@/lib/gateway/json";
import type { Operation } from "@/lib/gateway/openapi/operation";
import { type Reply, replyJson, replyNotModified, type WholeReply } from "@/lib/gateway/reply";
import { toRestError } from "@/lib/gateway/rest-errors";
import { isUnmodified } from "@/lib/gateway/rest-preconditions";
import { parseQuery } from "@/lib/gateway/rest-query";
import { parseBody } from "@/lib/gateway/validation";
import { type IdKind, isId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

/**
 * REST routes, each defined once: how it is checked, run and described. `defineRest` makes the handler
 * and the entry of the OpenAPI document out of the same object, so the two can't drift apart.
 *
 * The way of a call: body headers (415, 413) → body read (408) → strict JSON (400) → admission (key,
 * account, scope, hour; the call counts and is logged, refused or not) → body and query against their
 * schemas (400) → form of the ids (404) → `run` → answer, logged. A body or query problem is told only
 * to a key that may call the route, and after the hour was asked.
 */
export interface RestSpec<Body, Query> extends Omit<Operation, "body" | "query" | "dialect"> {
  /**
   * Parses the JSON body; use `z.strictObject`, so that unknown fields are refused by name. Absent: a
   * body that is sent all the same isn't looked at.
   */
  body?: { name: string; schema: z.ZodType<Body>; example: unknown; isOptional?: boolean };
  /** Parses the query; all values arrive as strings. Parameters that it doesn't name are ignored. */
  query?: z.ZodObject & z.ZodType<Query>;
  /** The ids in the path by their names there. One of another form answers 404, like one of nobody's. */
  ids?: Readonly<Record<string, IdKind>>;
  /**
   * The domain verb. What it throws as `GatewayError` is answered so; an `AppError` is translated by
   * `toRestError`. It has until the admission's own deadline, then the caller hears 503.
   */
  run(context: RestContext<Body, Query>): Promise<RestAnswer>;
}

export interface RestContext<Body, Query> {
  gateway: Gateway;
  call: Call;
  /** The calling key as admission found it. */
  key: KeyFacts;
  /** The calling key as the domains' actor. */
  scope: Scope;
  db: Db;
  body: Body;
  query: Query;
  /** A path parameter that `ids` names. */
  id(name: string): string;
  /** For the audit trail. */
  origin: RequestOrigin;
}

export interface RestAnswer {
  status: 200 | 201;
  body: unknown;
  headers?: Record<string, string>;
}

export interface RestRoute {
  operation: Operation;
  handle(
    gateway: Gateway,
    call: Call,
    secret: string,
    pathParam: (name: string) => string,
  ): Promise<Reply>;
}

/** The key as the domains' actor: it acts for the user who made it, and may manage what an admin may. */
export function scopeOfKey(key: KeyFacts): Scope {
  return {
    workspaceId: key.workspaceId,
    userId: key.createdBy,
    sessionId: key.keyId,
    keyId: key.keyId,
    role: "admin",
  };
}

/** Makes a route of its definition; see `RestSpec`. */
export function defineRest<Body = undefined, Query = undefined>(
  spec: RestSpec<Body, Query>,
): RestRoute {
  const { run: _run, ids: _ids, body, query, ...rest } = spec;
  return {
    operation: {
      ...rest,
      dialect: "rest",
      ...(body ? { body } : {}),
      ...(query ? { query } : {}),
    },
    handle: (gateway, call, secret, pathParam) =>
      handleRest(spec, { gateway, call, secret, pathParam }),
  };
}

interface RestCall {
  gateway: Gateway;
  call: Call;
  secret: string;
  pathParam: (name: string) => string;
}

async function handleRest<Body, Query>(
  spec: RestSpec<Body, Query>,
  restCall: RestCall,
): Promise<Reply> {
  const { gateway, call, secret, pathParam } = restCall;
  const json = spec.body ? await readJson(restCall, spec.body.isOptional ?? false) : undefined;
  const deadlineMs = admissionDeadline();
  const { key, value } = await admit(gateway, call, secret, {
    scope: spec.scope ?? "read",
    isUncounted: spec.isUncounted ?? false,
    modelId: null,
    prepare: () => ({ value: parseInput(spec, call, json), reservation: null }),
  });
  const id = readIds(spec.ids ?? {}, pathParam);
  const context: RestContext<Body, Query> = {
    gateway,
    call,
    key,
    scope: scopeOfKey(key),
    db: gateway.db.db,
    ...value,
    id,
    origin: { address: call.address, userAgent: call.userAgent },
  };
  return await runInTime(spec, context, deadlineMs);
}

async function runInTime<Body, Query>(
  spec: RestSpec<Body, Query>,
  context: RestContext<Body, Query>,
  deadlineMs: number,
): Promise<Reply> {
  const { gateway, call } = context;
  let isOver = false;
  const running = gateway.db.track(runSpec(spec, context)).finally(() => {
    isOver = true;
  });
  try {
    return replyRest(gateway, call, await inTime(running, deadlineMs));
  } catch (error) {
    if (!isOver) {
      // It may yet come about: whoever asks again under the same Idempotency-Key is told how it went.
      call.unfinished = running.then((answer) => replyRest(gateway, call, answer));
      call.unfinished.catch(() => undefined);
    }
    throw toRestError(error, context.key);
  }
}

/** Where keys change it answers only when every gateway knows of it (BAR P1). */
async function runSpec<Body, Query>(
  spec: RestSpec<Body, Query>,
  context: RestContext<Body, Query>,
): Promise<RestAnswer> {
  const answer = await spec.run(context);
  if (isKeyRoute(context.call) && !isRead(context.call)) await untilChangesAreKnown(context.db);
  return answer;
}

function isRead({ method }: Call): boolean {
  return method === "GET" || method === "HEAD";
}

/** Answers, books the call, and tells a reader that has this version already just that (304). */
function replyRest(gateway: Gateway, call: Call, answer: RestAnswer): WholeReply {
  const tag = answer.headers?.etag;
  if (isRead(call) && tag !== undefined && isUnmodified(call.request, tag)) {
    bookFree(gateway, call, 304);
    return replyNotModified(call, tag);
  }
  bookFree(gateway, call, answer.status);
  return replyJson(call, answer.status, answer.body, answer.headers);
}

/** The body, or what is wrong with it, which is told after admission. */
async function readJson(
  { gateway, call, secret }: RestCall,
  isOptional: boolean,
): Promise<unknown> {
  const { headers } = call.request;
  const isAbsent =
    headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;
  if (isOptional && isAbsent) return {};
  checkBodyHeaders(call.request);
  const bytes = await readBody(gateway, call, secret);
  try {
    return parseJsonBody(bytes);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

function parseInput<Body, Query>(
  spec: RestSpec<Body, Query>,
  call: Call,
  json: unknown,
): { body: Body; query: Query } {
  if (json instanceof GatewayError) throw json;
  return {
    // Where a route has no schema its type parameter is `undefined`, and nothing is what it gets.
    body: spec.body ? parseBody(spec.body.schema, json) : (undefined as Body),
    query: spec.query
      ? parseQuery<Query>(spec.query, call.request.url ?? "")
      : (undefined as Query),
  };
}

function readIds(
  kinds: Readonly<Record<string, IdKind>>,
  pathParam: (name: string) => string,
): (name: string) => string {
  const ids = new Map<string, string>();
  for (const [name, kind] of Object.entries(kinds)) {
    const id = pathParam(name);
    if (!isId(kind, id)) throw new GatewayError("nf");
    ids.set(name, id);
  }
  return (name) => {
    const id = ids.get(name);
    if (id === undefined) throw new Error(`the route has no id ${name}`);
    return id;
  };
}

type CursorContext = Pick<RestContext<unknown, unknown>, "gateway" | "call" | "key">;

function placeOf({ gateway, call, key }: CursorContext) {
  const { workspaceId, environment } = key;
  return { key: gateway.settings.cursorKey, list: call.route, workspaceId, environment };
}

/**
 * The position that a list's `cursor` parameter leads to, null at its start. Cursors are good for the
 * route, workspace and environment they were made for. Throws param with path `cursor` for any other.
 */
export function readPosition<T>(
  context: CursorContext & { query: { cursor?: string | undefined } },
  schema: z.ZodType<T>,
): T | null {
  const { cursor } = context.query;
  return cursor === undefined ? null : openCursor(placeOf(context), cursor, schema);
}

/**
 * A page as every list answers it. `next` is the position after its last item, null where nothing
 * follows; what `readPosition` gets back is exactly it.
 */
export function listAnswer(context: CursorContext, data: unknown[], next: unknown): RestAnswer {
  return {
    status: 200,
    body: {
      data,
      has_more: next !== null,
      next_cursor: next === null ? null : sealCursor(placeOf(context), next),
    },
  };
}
