import { setTimeout as delay } from "node:timers/promises";
import { untilChangesAreKnown } from "@/db/changes";
import { isStatementTimeout } from "@/db/outage";
import { type Admission, acquire, type HoldRequest } from "@/lib/budgets/acquire";
import type { Call, Gateway } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";
import { type Facts, type KeyFacts, msToNextPrice, readFacts } from "@/lib/gateway/facts";
import { KeptAnswerFound } from "@/lib/gateway/idempotency";
import {
  limitRefusal,
  priceOf,
  type Reservation,
  rateHeaders,
  rateRefusal,
} from "@/lib/gateway/limit-answers";
import {
  graceHeaders,
  isAddressAllowed,
  judgeKey,
  judgePermission,
  type NeededScope,
} from "@/lib/gateway/verdicts";
import { wrongKeysAMinute } from "@/lib/gateway/wrong-keys";
import { hashSecret } from "@/lib/keys/secret";
import { traced } from "@/lib/tracing";

export type { Reservation } from "@/lib/gateway/limit-answers";

export interface Need<T> {
  /** `any`: whatever the key has, but an empty list opens nothing. */
  scope: NeededScope;
  /** A model that has to exist and to be on the key's list. */
  modelId: string | null;
  /** Routes that are free and count against nothing, such as asking how much is left. */
  isUncounted?: boolean;
  /** Checks the request against the facts. Throws a GatewayError; it is thrown after it counted. */
  prepare(facts: Facts): { value: T; reservation: Reservation | null };
}

interface Prepared<T> {
  value: T;
  reservation: Reservation | null;
}

/** What ends a call that may open the door: a failure, or an answer that it already got. */
type Refusal = GatewayError | KeptAnswerFound;

function isRefusal(thing: unknown): thing is Refusal {
  if (thing instanceof KeptAnswerFound) return true;
  return thing instanceof GatewayError && thing.failure !== "unavailable";
}

/** The database must answer admission within this, or the caller hears 503 (BAR P15: 2 s in all). */
const admissionTimeoutMs = 1_800;
/** A database that has answered nobody for so long is gone: longer than a statement may take. */
const silenceMsMax = 1_700;
/** How much longer a caller waits for one that is busy. */
const queueMsMax = 10_000;

/**
 * A call that comes so shortly before its model's price changes waits for the change: the price was read a
 * moment before the call is admitted, and it is charged by the moment of its admission.
 */
const priceMarginMs = 100;

/** What ranks before the hourly rate: it is told even where the hour is full. */
const beforeRate = ["suspended", "ip_forbidden", "scope", "model404", "model_forbidden"];

/**
 * Decides whether a call may pass, in the documented order: key, environment (401), account, address,
 * scope, model (403, 404), hourly rates (429), what the route prepares (400), `beforeAcquire`, open
 * streams (429), quotas and caps (403), balance (402). A refused call of a good key still counts
 * against the rates, so that probing isn't free.
 */
export async function admit<T>(
  gateway: Gateway,
  call: Call,
  secret: string,
  need: Need<T>,
): Promise<{ key: KeyFacts; value: T }> {
  return await traced("admission", {}, () => decide(gateway, call, secret, need), call.trace);
}

async function decide<T>(
  gateway: Gateway,
  call: Call,
  secret: string,
  need: Need<T>,
): Promise<{ key: KeyFacts; value: T }> {
  const deadlineMs = admissionDeadline();
  const facts = await identify(gateway, call, secret, need.modelId, deadlineMs);
  const { key } = facts;
  Object.assign(call.headers, graceHeaders(key));
  const prepared = await prepare(call, facts, need, deadlineMs);
  if (need.isUncounted) {
    if (isRefusal(prepared)) throw prepared;
    return { key, value: prepared.value };
  }
  const reservation = await count(gateway, call, key, prepared, deadlineMs);
  if (isRefusal(prepared)) throw prepared;
  if (reservation) {
    call.hold = {
      model: reservation.model.id,
      stream: reservation.stream,
      amountNanos: priceOf(reservation),
      price: reservation.price,
    };
  }
  return { key, value: prepared.value };
}

/** Whether a secret opens the door at all, before more is done for its caller. Throws as `admit` does. */
export async function requireKey(gateway: Gateway, call: Call, secret: string): Promise<void> {
  await identify(gateway, call, secret, null, admissionDeadline());
}

/** Finds the key behind a secret and whether it opens the door. The first use of a new secret counts. */
async function identify(
  gateway: Gateway,
  call: Call,
  secret: string,
  modelId: string | null,
  deadlineMs: number,
): Promise<Facts> {
  const hash = call.secretHash ?? hashSecret(secret);
  const { door } = gateway;
  const read = async (): Promise<Facts> => {
    const facts = await lookUp(gateway, hash, modelId, deadlineMs);
    if (!facts) throw wrongKey(gateway, call);
    call.key = facts.key;
    judgeKey(facts.key, gateway.settings);
    return facts;
  };
  const facts = await read();
  if (facts.key.secret.state !== "pending") return facts;
  // From where the key mustn't be used, nobody may end the old secret, which still is.
  if (!isAddressAllowed(facts.key, call.address)) return facts;
  // Whether this call activated it, or another did, or somebody cancelled it: the facts tell.
  const activating = door.sql`select activate_secret(${facts.key.secretId})`;
  await inTime(door.track(activating), deadlineMs);
  // The old secret may have ended with that: from our answer on, everywhere.
  await inTime(untilChangesAreKnown(gateway.db.db), deadlineMs);
  return await read();
}

/** The facts from memory, where the lease vouches for them, else from the database. */
async function lookUp(
  { door, facts: cache, instance, slices }: Gateway,
  hash: Buffer,
  modelId: string | null,
  deadlineMs: number,
): Promise<Facts | null> {
  const name = hash.toString("base64");
  const known = cache.workspaceOf(name);
  if (known !== null && instance.isLive && slices.isHot(known)) {
    const kept = cache.find(name, modelId, instance.databaseNow());
    if (kept) {
      cache.hits++;
      return kept;
    }
  }
  cache.misses++;
  for (;;) {
    const { mark } = cache;
    const facts = await inTime(door.track(readFacts(door.sql, hash, modelId)), deadlineMs);
    const waitMs = facts?.model ? msToNextPrice(facts.model, facts.key.now) : priceMarginMs;
    if (waitMs < priceMarginMs) {
      await delay(Math.ceil(waitMs));
      continue;
    }
    if (facts && (known !== null || slices.isHot(facts.key.workspaceId)))
      cache.keep(name, facts, mark);
    return facts;
  }
}

async function prepare<T>(
  call: Call,
  facts: Facts,
  need: Need<T>,
  deadlineMs: number,
): Promise<Prepared<T> | Refusal> {
  try {
    judgePermission(call, facts, need);
    const prepared = need.prepare(facts);
    if (call.beforeAcquire) await inTime(call.beforeAcquire(facts.key), deadlineMs);
    return prepared;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

/** Counts the call, and sets aside what it may cost. Throws what refuses it, by rank. */
async function count(
  gateway: Gateway,
  call: Call,
  key: KeyFacts,
  prepared: Prepared<unknown> | Refusal,
  deadlineMs: number,
): Promise<Reservation | null> {
  const refusal = isRefusal(prepared) ? prepared : null;
  const reservation = isRefusal(prepared) ? null : prepared.reservation;
  const { instance } = gateway;
  const isLive = instance.isLive || (await inTime(instance.revive(), deadlineMs));
  if (!isLive || call.isClaimVoid?.()) throw unavailable();
  const hold = reservation && holdOf(call, key, reservation);
  const isAdmitted = refusal === null;
  const admission =
    (await admitFromSlices(gateway, call, key, hold, isAdmitted, deadlineMs)) ??
    (await admitByDatabase(gateway, key, hold, isAdmitted, deadlineMs));
  call.admittedAt = admission.at;
  Object.assign(call.headers, rateHeaders(admission));
  if (refusal instanceof GatewayError && beforeRate.includes(refusal.failure)) throw refusal;
  const error =
    rateRefusal(admission) ??
    refusal ??
    limitRefusal(admission, key, reservation, gateway.settings);
  if (error) throw error;
  return reservation;
}

/** Admits a call of a busy workspace from memory; null where the database has to be asked. */
async function admitFromSlices(
  { slices }: Gateway,
  call: Call,
  key: KeyFacts,
  hold: HoldRequest | null,
  isAdmitted: boolean,
  deadlineMs: number,
): Promise<Counted | null> {
  // Open streams are counted exactly, which only the database can.
  if (hold?.stream || !slices.isBusy(key.workspaceId)) return null;
  const { workspaceId, keyId, limits } = key;
  const request = {
    requestId: call.id,
    workspaceId,
    keyId,
    limits,
    hold,
    isAdmitted,
    amountNanos: hold?.amountNanos ?? 0n,
  };
  const admission = slices.take(request) ?? (await inTime(slices.admit(request), deadlineMs));
  if (!admission) return null;
  call.spending = admission.spending;
  return { verdict: "ok", ...admission, isLeased: false };
}

type Counted = Exclude<Admission, { verdict: "no_lease" }>;

/** Asks the budgets themselves, and before they refuse has called back what others have aside of them. */
async function admitByDatabase(
  { door, instance, recalls }: Gateway,
  { workspaceId, keyId, limits }: KeyFacts,
  hold: HoldRequest | null,
  isAdmitted: boolean,
  deadlineMs: number,
): Promise<Counted> {
  const request = { instanceId: instance.id, workspaceId, keyId, limits, hold, isAdmitted };
  const ask = async (isCounted: boolean, untilMs: number): Promise<Counted> => {
    const acquiring = whileBusy(() => door.track(acquire(door.sql, { ...request, isCounted })));
    const admission = await inTime(acquiring, untilMs);
    if (admission.verdict === "no_lease") throw unavailable();
    return admission;
  };
  const askedAtMs = performance.now();
  const admission = await ask(false, deadlineMs);
  if (!admission.isLeased || !(await recalls.recall(workspaceId, askedAtMs))) return admission;
  // What refuses behind the hours has been counted against them.
  const isCounted = admission.verdict !== "rate" && admission.verdict !== "key_rate";
  return await ask(isCounted, admissionDeadline());
}

export function admissionDeadline(): number {
  return performance.now() + admissionTimeoutMs;
}

const busyAttemptsMax = 5;

/**
 * Repeats a statement that took longer than its limit, and so changed nothing: it waited behind others
 * for the rows of its workspace. That the database ended it is a sign of life as well.
 */
async function whileBusy<T>(query: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await query();
    } catch (error) {
      if (!isStatementTimeout(error) || attempt === busyAttemptsMax) throw error;
      answeredAtMs = performance.now();
    }
  }
}

/** When the database last answered anybody in this process. */
let answeredAtMs = 0;

/**
 * Waits for the database as long as a caller may be kept waiting, then answers for it. A database that
 * answers others is busy rather than gone: then this one's turn comes too, and is waited for.
 */
export async function inTime<T>(query: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const timeout = new Promise<never>((_, reject) => {
    const judge = (): void => {
      const nextMs = Math.min(answeredAtMs + silenceMsMax, deadlineMs + queueMsMax);
      if (isOver) return;
      if (nextMs > performance.now()) wait(nextMs);
      else reject(unavailable());
    };
    const wait = (untilMs: number): void => {
      // After a busy stretch timers come before the sockets, where the answer may be waiting.
      timer = setTimeout(() => setImmediate(judge), untilMs - performance.now());
    };
    wait(deadlineMs);
  });
  try {
    const answer = await Promise.race([query, timeout]);
    answeredAtMs = performance.now();
    return answer;
  } finally {
    isOver = true;
    clearTimeout(timer);
    // A late rejection of the loser has nobody else to go to.
    query.catch(() => undefined);
  }
}

export function unavailable(): GatewayError {
  return new GatewayError("unavailable");
}

/** The answer to a key that isn't one, or to a caller who tried too many of them. */
export function wrongKey(gateway: Gateway, call: Call): GatewayError {
  const waitSeconds = gateway.wrongKeys.count(call.address, performance.now());
  if (waitSeconds === null) return new GatewayError("invalid_key");
  const limit = wrongKeysAMinute;
  return new GatewayError("rate", {
    headers: {
      "retry-after": String(waitSeconds),
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(Date.now() / 1_000) + waitSeconds),
      "ratelimit-policy": `"wrong-keys";q=${limit};w=60`,
      ratelimit: `"wrong-keys";r=0;t=${waitSeconds}`,
    },
    details: { limit, window: 60, retry_after: waitSeconds },
  });
}

function holdOf(call: Call, key: KeyFacts, reservation: Reservation): HoldRequest {
  return {
    requestId: call.id,
    secretId: key.secretId,
    model: reservation.model.id,
    method: call.method,
    path: call.route,
    stream: reservation.stream,
    address: call.address,
    userAgent: call.userAgent,
    inputNanosPerMtok: reservation.price.inputNanosPerMtok,
    outputNanosPerMtok: reservation.price.outputNanosPerMtok,
    amountNanos: priceOf(reservation),
  };
}
