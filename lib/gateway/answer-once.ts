import { setTimeout as delay } from "node:timers/promises";
import { bookFree } from "@/lib/gateway/book-free";
import { type Call, type Gateway, isKeyRoute } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";
import type { KeyFacts } from "@/lib/gateway/facts";
import {
  claimIdempotencyKey,
  type IdempotencyStore,
  type IdempotentRequest,
  KeptAnswerFound,
  keepAnswer,
  keepBroken,
  readIdempotencyKey,
  releaseIdempotencyKey,
} from "@/lib/gateway/idempotency";
import { type Reply, replyAgain } from "@/lib/gateway/reply";
import { log } from "@/lib/log";

/** How long the database has to have been there before a claim without a lease is anybody's. */
const takeOverAfterMs = 5_000;

/** A failure is told even where the database, which is to give the key back, doesn't answer. */
const releaseMsMax = 1_000;

/**
 * Whom an answer may be repeated to: whoever acts for the workspace in that environment. A secret is
 * repeated only to the key that was told it.
 */
function callerOf(call: Call, key: KeyFacts): string {
  return isKeyRoute(call) ? key.keyId : key.environment;
}

/** Keeps what comes about after its caller was told 503, so that asking again doesn't do it twice. */
function keepLate(
  store: IdempotencyStore,
  request: IdempotentRequest,
  unfinished: Promise<Reply>,
): void {
  const { requestId } = request;
  unfinished
    .then(
      (reply) => keepAnswer(store, request, reply),
      () => releaseIdempotencyKey(store, request),
    )
    .catch((error: unknown) => log.error({ err: error, requestId }, "a late answer was not kept"));
}

/**
 * Runs a POST under its `Idempotency-Key`, if it has one: the key is claimed when the call has passed
 * every check, and before anything is counted, charged or changed.
 */
export async function answerOnce(
  gateway: Gateway,
  call: Call,
  handle: () => Promise<Reply>,
): Promise<Reply> {
  if (call.request.headers["idempotency-key"] === undefined) return await handle();
  const { answerKey } = gateway.settings;
  const { instance } = gateway;
  const store = {
    pool: gateway.door,
    instanceId: instance.id,
    canTakeOver: instance.liveForMs > takeOverAfterMs,
    sealingKey: answerKey,
  };
  let claimed: IdempotentRequest | null = null;
  let isOver = false;

  call.beforeAcquire = async (key) => {
    const request: IdempotentRequest = {
      requestId: call.id,
      idempotencyKey: readIdempotencyKey(call.request),
      target: `${call.method} ${call.request.url} ${callerOf(call, key)}`,
      bodyDigest: call.bodyDigest ?? Buffer.alloc(0),
      workspaceId: key.workspaceId,
    };
    const { liveSinceMs } = instance;
    await claimIdempotencyKey(store, request);
    // Who stood still for longer than a lease may have lost the claim to another.
    call.isClaimVoid = () => instance.liveSinceMs !== liveSinceMs;
    // Nobody waited for this claim to the end: there is nobody to use it.
    if (isOver) await releaseIdempotencyKey(store, request);
    else claimed = request;
  };

  try {
    const reply = await handle();
    return claimed ? await keepAnswer(store, claimed, reply) : reply;
  } catch (error) {
    isOver = true;
    if (claimed && call.unfinished) keepLate(store, claimed, call.unfinished);
    else if (claimed) {
      const isCharged = error instanceof GatewayError && error.options.isCharged === true;
      const end = isCharged ? keepBroken : releaseIdempotencyKey;
      await Promise.race([end(store, claimed), delay(releaseMsMax)]);
    }
    if (!(error instanceof KeptAnswerFound)) throw error;
    bookFree(gateway, call, error.answer.status);
    return replyAgain(call, error.answer);
  }
}
