import { setTimeout as delay } from "node:timers/promises";
import type { GatewayNode } from "@/chaos/cluster";
import type { Operation } from "@/chaos/history";
import type { Play } from "@/chaos/prompt";
import type { Random } from "@/chaos/random";
import type { Stage } from "@/chaos/stage";

const answerMsMax = 2_000;
const healMsMax = 5_000;
const streamEndMsMax = 5_000;
const drainMsMax = 30_000;
const readyMsMax = 2_000;

/** Opens a stream at a gateway; resolves when its answer has begun, null where it never did. */
async function openStream(
  stage: Stage,
  random: Random,
  gateway: GatewayNode,
  wish: { play: Play; key: Stage["tenants"]["busy"]["keys"][number]; words?: number },
): Promise<{ ended: Promise<Operation>; leave: () => void } | null> {
  const abort = new AbortController();
  let hasBegun = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    hasBegun = resolve;
  });
  const { busy } = stage.tenants;
  const own = { gateway, stream: true, onAnswer: hasBegun, signal: abort.signal };
  const ended = stage.ask({ tenant: busy, ...wish, ...own }, random);
  await Promise.race([begun, ended]);
  const isOpen = await Promise.race([delay(300, true), ended.then(() => false)]);
  return isOpen ? { ended, leave: () => abort.abort() } : null;
}

/** P1: streams that are open when their key is revoked end soon, on whichever gateway. */
export async function revokeOpenStreams(stage: Stage, random: Random): Promise<void> {
  const key = stage.tenants.streaming.pop();
  if (!key) return;
  const streams = await Promise.all(
    stage.cluster.gateways.map((gateway) =>
      openStream(stage, random, gateway, { play: "endless", key }),
    ),
  );
  // Long enough for some of it to be delivered, and written down as progress.
  await delay(1_300);
  const answer = await stage.manage(random, "DELETE", `/v1/keys/${key.id}`);
  const revokedMs = performance.now();
  if (answer !== null) {
    const { secret } = key;
    const untilMs = Number.POSITIVE_INFINITY;
    stage.history.deadSpans.push({ secret, cause: "revoke", fromMs: revokedMs, untilMs });
  }
  for (const stream of streams) {
    if (!stream) continue;
    const isOver = delay(streamEndMsMax * stage.patience + 1_000, false, { ref: false });
    await Promise.race([stream.ended.then(() => true), isOver]);
    stream.leave();
    const { endedMs } = await stream.ended;
    if (answer !== null) {
      stage.measure("a revoked key's stream ends (P1)", endedMs - revokedMs, streamEndMsMax);
    }
  }
}

/** P17: a deploy drops nothing: what is open completes, nothing new is taken, the process ends with 0. */
export async function deployGateway(stage: Stage, random: Random): Promise<void> {
  const { process, port, index } = stage.anyGateway(random);
  const [key = stage.tenants.busy.admin] = stage.tenants.busy.keys;
  const wish = { play: "drip" as const, key, words: 60 };
  const stream = await openStream(stage, random, { process, port, index }, wish);
  const toldMs = performance.now();
  const exit = process.end("SIGTERM");
  // A signal reaches a busy process when its turn comes; one that has ended refuses the connection.
  const unreadyMs = await waitUntilUnready(stage, port, readyMsMax * stage.patience);
  stage.measure("readiness ends after SIGTERM (P17)", unreadyMs, readyMsMax);
  const code = await exit;
  const tookMs = performance.now() - toldMs;
  stage.measure("a gateway drains (P17)", tookMs, drainMsMax);
  const exited = `a gateway ended with ${code ?? "a signal"}`;
  stage.history.observe("deploys drop nothing (P17)", code === 0, exited);
  if (stream) {
    const { isComplete, nonce } = await stream.ended;
    const dropped = `${nonce} was open when its gateway was told to stop, and didn't complete`;
    stage.history.observe("deploys drop nothing (P17)", isComplete, dropped);
  }
  await process.start();
}

async function waitUntilUnready(stage: Stage, port: number, limitMs: number): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const ready = await stage.call(`http://127.0.0.1:${port}`, "/readyz");
    const tookMs = performance.now() - startedMs;
    if (ready?.status !== 200 || tookMs > limitMs) return tookMs;
    await delay(20);
  }
}

/** P15: without its database a gateway says so, soon and in the caller's words, and heals by itself. */
export async function outage(stage: Stage, random: Random): Promise<void> {
  const { database, gateways } = stage.cluster;
  await database.kill();
  const probesEndMs = performance.now() + random.int(1_500, 4_000);
  while (performance.now() < probesEndMs) {
    const probes = gateways.map((gateway) => probe(stage, random, gateway));
    for (const { status, nonce, startedMs, endedMs } of await Promise.all(probes)) {
      const seen = `${nonce} got ${status ?? "no answer"} while PostgreSQL was gone`;
      stage.history.observe("503 while PostgreSQL is gone (P15)", status === 503, seen);
      stage.measure("503 while PostgreSQL is gone (P15)", endedMs - startedMs, answerMsMax);
    }
    await delay(200);
  }
  await database.restart();
  const backMs = performance.now();
  await Promise.all(
    gateways.map(async (gateway) => {
      while ((await probe(stage, random, gateway)).status !== 200) {
        if (performance.now() - backMs > healMsMax * stage.patience) break;
        await delay(50);
      }
      stage.measure("healing after an outage (P15)", performance.now() - backMs, healMsMax);
    }),
  );
}

function probe(stage: Stage, random: Random, gateway: GatewayNode): Promise<Operation> {
  const { busy, expiring } = stage.tenants;
  const plain = { stream: false, words: 2, model: "of-openai" };
  return stage.ask({ tenant: busy, key: expiring, gateway, ...plain }, random);
}
