import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { DeadSpan } from "@/chaos/history";
import type { Random } from "@/chaos/random";
import type { Stage } from "@/chaos/stage";
import type { Key } from "@/chaos/tenants";

const Rotated = z.object({ key: z.string() });

/** Revokes, disables and rotates keys while they are used, and brings them back. */
export async function runKeyTrouble(stage: Stage, random: Random): Promise<void> {
  const [first, ...others] = stage.tenants.troubled;
  if (!first) return;
  while (!stage.isOver) {
    await delay(random.int(100, 500));
    const key = random.pick([first, ...others]);
    const cause = random.pick(["revoke", "disable", "rotate"] as const);
    if (cause === "rotate") await rotate(stage, random, key);
    else await switchOff(stage, random, key, cause);
  }
}

async function switchOff(
  stage: Stage,
  random: Random,
  key: Key,
  cause: "revoke" | "disable",
): Promise<void> {
  const path = `/v1/keys/${key.id}`;
  const answer =
    cause === "revoke"
      ? await stage.manage(random, "DELETE", path)
      : await stage.manage(random, "PATCH", path, { enabled: false });
  if (answer === null) {
    stage.history.observe("verbs answer in the end", false, `${cause} of ${key.id} never did`);
    return;
  }
  const fromMs = performance.now();
  stage.history.count(`key trouble: ${cause}`);
  await tryEverywhere(stage, random, key, key.secret);
  await delay(random.int(0, 800));
  const span = { cause, fromMs, untilMs: performance.now() };
  const secrets = [key.secret, ...key.pastSecrets];
  stage.history.deadSpans.push(...secrets.map((secret): DeadSpan => ({ ...span, secret })));
  const { workspaceId, userId } = stage.tenants.busy;
  if (cause === "disable") await stage.manage(random, "PATCH", path, { enabled: true });
  else {
    const undo = { workspaceId, userId, keyId: key.id };
    await stage.insist(() => stage.atDashboard("/undo", undo));
  }
}

/** Shows a dead secret to every gateway at once, so that each has had its chance to take it. */
async function tryEverywhere(
  stage: Stage,
  random: Random,
  key: Key,
  secret: string,
): Promise<void> {
  const tenant = stage.tenants.busy;
  await Promise.all(
    stage.cluster.gateways.map((gateway) => stage.ask({ tenant, key, secret, gateway }, random)),
  );
}

/** A rotation without overlap: the old secret is dead from the new one's first answer on. */
async function rotate(stage: Stage, random: Random, key: Key): Promise<void> {
  const path = `/v1/keys/${key.id}/rotate`;
  const idempotencyKey = `rotate-${stage.newName()}`;
  const answer = await stage.manage(random, "POST", path, { grace_seconds: 0 }, idempotencyKey);
  const rotated = Rotated.safeParse(answer);
  // The answer was lost for good with its gateway, and the secret with it; the key's old one lives on.
  if (!rotated.success) return stage.history.count("key trouble: rotation lost");
  const secret = rotated.data.key;
  for (let attempt = 0; attempt < 100; attempt++) {
    const used = await stage.ask({ tenant: stage.tenants.busy, key, secret }, random);
    if (used.status === 200 && used.answeredMs !== null) {
      stage.history.count("key trouble: rotate");
      stage.history.deadSpans.push({
        ...{ secret: key.secret, cause: "rotate", fromMs: used.answeredMs },
        untilMs: Number.POSITIVE_INFINITY,
      });
      await tryEverywhere(stage, random, key, key.secret);
      key.pastSecrets.push(key.secret);
      key.secret = secret;
      return;
    }
    if (used.status !== null && used.status < 500 && used.status !== 429) break;
    await delay(100);
  }
  stage.history.count("key trouble: rotation unused");
}

/** Lowers a key's rate while it is used: from the answer on, five more and no other. */
export async function runLimitChange(stage: Stage, random: Random): Promise<void> {
  const { throttled } = stage.tenants;
  await delay(random.int(2_000, 5_000));
  const acceptedMax = 5;
  const before = stage.history.operations.filter(
    ({ keyId, status }) => keyId === throttled.id && status === 200,
  ).length;
  const rate = { rate_limit: before + acceptedMax };
  const answer = await stage.manage(random, "PATCH", `/v1/keys/${throttled.id}`, rate);
  if (answer === null) return;
  stage.history.lowered.push({ keyId: throttled.id, fromMs: performance.now(), acceptedMax });
}
