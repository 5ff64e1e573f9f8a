import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { OperationAnswer } from "@/lib/gateway/openapi/operation";
import {
  defineRest,
  listAnswer,
  type RestAnswer,
  type RestContext,
  type RestRoute,
  readPosition,
} from "@/lib/gateway/rest";
import { checkPreconditions, entityTag } from "@/lib/gateway/rest-preconditions";
import {
  KeyAnswer,
  KeyCreatedAnswer,
  KeyListAnswer,
  KeyRotatedAnswer,
  sampleKey,
  sampleKeyId,
  sampleSecret,
  toKey,
} from "@/lib/gateway/routes/keys-answers";
import {
  KeyCreateBody,
  KeyListParams,
  KeyRotateBody,
  KeyUpdateBody,
  limitsOf,
  requireSomething,
} from "@/lib/gateway/routes/keys-bodies";
import { inKeyWords } from "@/lib/gateway/routes/keys-errors";
import { disableKey, enableKey, updateKey } from "@/lib/keys/change-key";
import { createKey } from "@/lib/keys/create-key";
import { getKeyDetail, type KeyDetail, listKeySettings } from "@/lib/keys/detail";
import { revokeKey } from "@/lib/keys/revoke-key";
import { rotateKey } from "@/lib/keys/rotate-key";
import { KeyId, KeyListQuery } from "@/lib/keys/schema";

type Context = RestContext<unknown, unknown>;

const tag = "Keys";
const collection = { path: "/v1/keys", tag, scope: "admin" } as const;
const params = { id: { description: "The key's id.", example: sampleKeyId } };
const member = {
  path: "/v1/keys/{id}",
  tag,
  scope: "admin",
  params,
  ids: { id: "apiKey" },
} as const;

const etag = { ETag: "The version of the key's settings, for `If-Match` of a later change." };
const ifMatch = {
  "If-Match": "Makes the change only if the key still has one of these entity tags; 412 otherwise.",
};
const one: OperationAnswer = {
  status: 200,
  description: "The key.",
  body: { name: "ApiKey", schema: KeyAnswer, example: sampleKey },
  headers: etag,
};

function tagOf(updatedAt: Date): string {
  return entityTag(updatedAt.getTime());
}

/** The key as it is now. To a test key there are no live ones. Throws NOT_FOUND. */
async function readKey({ db, scope, key }: Context, id: string): Promise<KeyDetail> {
  const found = await getKeyDetail(db, scope, id);
  if (!found || (key.environment === "test" && found.environment === "live")) {
    throw new AppError("NOT_FOUND");
  }
  return found;
}

/** Answers a key, with what is told this once beside it. */
async function answerKey(
  context: Context,
  id: string,
  { status = 200, extra = {} }: { status?: 200 | 201; extra?: Record<string, unknown> } = {},
): Promise<RestAnswer> {
  const key = await readKey(context, id);
  return {
    status,
    body: { ...toKey(key), ...extra },
    headers: {
      etag: tagOf(key.updatedAt),
      ...(status === 201 ? { location: `/v1/keys/${id}` } : {}),
    },
  };
}

const checkOf = (context: Context) => (updatedAt: Date) =>
  checkPreconditions(context.call.request, tagOf(updatedAt));

async function change(context: RestContext<KeyUpdateBody, undefined>): Promise<RestAnswer> {
  const { db, scope, key: caller, body, origin } = context;
  const id = context.id("id");
  requireSomething(body);
  await inKeyWords(caller, body.scopes ?? [], () =>
    db.transaction(async (tx) => {
      const { name, scopes } = body;
      await updateKey(tx, scope, { id, name, scopes, ...limitsOf(body) }, origin, checkOf(context));
      if (body.enabled === undefined) return;
      const { disabledAt, revokedAt } = await readKey({ ...context, db: tx }, id);
      if (revokedAt) throw new AppError("CONFLICT", "This key is revoked. Create another one.");
      // What it is already needs no act.
      if (body.enabled && disabledAt) await enableKey(tx, scope, { id }, origin);
      if (!body.enabled && !disabledAt) await disableKey(tx, scope, { id }, origin);
    }),
  );
  return await answerKey(context, id);
}

/** Revokes a key; one that is revoked already is what was asked for. */
async function revoke(context: Context): Promise<string> {
  const id = context.id("id");
  const before = await readKey(context, id);
  if (before.revokedAt) return id;
  const { db, scope, origin } = context;
  try {
    await revokeKey(db, scope, { id }, origin, { check: checkOf(context) });
  } catch (error) {
    // Another call came first, with the same wish.
    if (!(error instanceof AppError && error.code === "CONFLICT")) throw error;
  }
  return id;
}

const listRoute = defineRest({
  ...collection,
  method: "GET",
  operationId: "listKeys",
  summary: "List keys",
  description: "Newest first, revoked and expired ones included.",
  query: KeyListParams,
  answer: {
    status: 200,
    description: "A page of keys.",
    body: {
      name: "ApiKeyList",
      schema: KeyListAnswer,
      example: { data: [sampleKey], has_more: false, next_cursor: null },
    },
  },
  async run(context) {
    const { limit, status, environment } = context.query;
    const after = readPosition(context, z.object({ after: KeyId }))?.after;
    const seen = context.key.environment === "test" ? "test" : environment;
    const query = KeyListQuery.parse({ status, environment: seen, after });
    const { keys, next } = await listKeySettings(context.db, context.scope, query, limit);
    return listAnswer(context, keys.map(toKey), next === null ? null : { after: next });
  },
});

const createRoute = defineRest({
  ...collection,
  method: "POST",
  operationId: "createKey",
  summary: "Create a key",
  description:
    "A key can't make one that may do more than itself. What is left out is unlimited, or limited as " +
    "the calling key is.",
  body: {
    name: "ApiKeyCreate",
    schema: KeyCreateBody,
    example: {
      name: "Nightly batch",
      scopes: ["read"],
      expires_in_days: 90,
      spend_caps: { day: "25.00" },
    },
  },
  answer: {
    status: 201,
    description: "The key, made. Its secret is in `key`, this once.",
    body: {
      name: "ApiKeyCreated",
      schema: KeyCreatedAnswer,
      example: { ...sampleKey, key: sampleSecret },
    },
    headers: { ...etag, Location: "The key's own path." },
  },
  failures: ["conflict"],
  async run(context) {
    const { db, scope, key: caller, body, origin } = context;
    const { name, scopes, environment = caller.environment } = body;
    const input = { name, scopes, environment, ...limitsOf(body), nonce: null };
    const { expiry, ...rest } = input;
    const created = await inKeyWords(caller, scopes, () =>
      createKey(db, scope, { ...rest, ...(expiry ? { expiry } : {}) }, origin),
    );
    return answerKey(context, created.id, { status: 201, extra: { key: created.secret } });
  },
});

/** `/v1/keys`: the workspace's keys, for callers that may do everything. */
export const keyRoutes: readonly RestRoute[] = [
  listRoute,
  createRoute,
  defineRest({
    ...member,
    method: "GET",
    operationId: "getKey",
    summary: "Get a key",
    answer: one,
    run: (context) => answerKey(context, context.id("id")),
  }),
  defineRest({
    ...member,
    method: "PATCH",
    operationId: "updateKey",
    summary: "Change some fields of a key",
    description:
      "What is left out stays; null takes a limit off. Of `spend_caps` the same holds for each period.",
    requestHeaders: ifMatch,
    body: { name: "ApiKeyUpdate", schema: KeyUpdateBody, example: { rate_limit: 500 } },
    answer: { ...one, description: "The key, changed." },
    failures: ["conflict", "precond"],
    run: change,
  }),
  defineRest({
    ...member,
    method: "DELETE",
    operationId: "deleteKey",
    summary: "Revoke a key",
    description: "It stops working at once. The key stays in the list as revoked.",
    requestHeaders: ifMatch,
    answer: {
      status: 200,
      description: "The key is revoked.",
      body: {
        name: "ApiKeyDeleted",
        schema: z.object({ id: z.string(), deleted: z.literal(true) }),
        example: { id: sampleKeyId, deleted: true },
      },
    },
    failures: ["precond"],
    run: async (context) => ({ status: 200, body: { id: await revoke(context), deleted: true } }),
  }),
  defineRest({
    ...member,
    path: "/v1/keys/{id}/revoke",
    method: "POST",
    operationId: "revokeKey",
    summary: "Revoke a key and get it back",
    requestHeaders: ifMatch,
    answer: { ...one, description: "The key, revoked." },
    failures: ["precond"],
    run: async (context) => answerKey(context, await revoke(context)),
  }),
  defineRest({
    ...member,
    path: "/v1/keys/{id}/rotate",
    method: "POST",
    operationId: "rotateKey",
    summary: "Rotate a key",
    description:
      "Both secrets work. The new one's first use starts the overlap, at whose end the old one stops.",
    body: {
      name: "ApiKeyRotate",
      schema: KeyRotateBody,
      example: { grace_seconds: 3600 },
      isOptional: true,
    },
    answer: {
      status: 200,
      description: "The key with its new secret in `key`, this once.",
      body: {
        name: "ApiKeyRotated",
        schema: KeyRotatedAnswer,
        example: {
          ...sampleKey,
          status: "rotating",
          rotation: { state: "pending", lapses_at: "2026-12-21T09:30:00.000Z" },
          key: sampleSecret,
          grace_seconds: 3600,
          lapses_at: "2026-12-21T09:30:00.000Z",
        },
      },
      headers: etag,
    },
    failures: ["conflict"],
    run: (context) => rotate(context, context.id("id"), context.body.grace_seconds),
  }),
];

/** Answers a rotated key with its new secret. */
export async function rotate(
  context: Context,
  id: string,
  graceSeconds: number,
): Promise<RestAnswer> {
  const { db, scope, key: caller, origin } = context;
  const rotated = await inKeyWords(caller, [], () =>
    rotateKey(db, scope, { id, graceSeconds }, origin),
  );
  const lapsesAt = rotated.lapsesAt.toISOString();
  const extra = { key: rotated.secret, grace_seconds: graceSeconds, lapses_at: lapsesAt };
  return await answerKey(context, id, { extra });
}
