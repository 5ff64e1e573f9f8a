import { setTimeout as delay } from "node:timers/promises";
import type { Leaving } from "@/chaos/history";
import type { Play } from "@/chaos/prompt";
import type { Random } from "@/chaos/random";
import type { Stage } from "@/chaos/stage";
import type { Key, Tenant } from "@/chaos/tenants";

const playWeights: [[Play, number], ...[Play, number][]] = [
  ["answer", 10],
  ["drip", 5],
  ["slow", 2],
  ["cut_clean", 1],
  ["cut_mid_frame", 1],
  ["reset", 1],
  ["garbage", 1],
  ["fail", 0.5],
  ["fail_once", 1],
  ["busy", 0.5],
  ["html", 0.5],
  ["no_usage", 1],
  ["negative_usage", 1],
  ["text_usage", 1],
  ["huge_usage", 1],
];

const leavingWeights: [[Leaving, number], ...[Leaving, number][]] = [
  ["stay", 12],
  ["early", 1],
  ["mid", 2],
  ["reset", 1],
  ["slow", 1],
  ["half_open", 1],
  ["upload", 0.5],
];

/** Clients of every kind, one after the other, until the stage is over. */
export async function runClient(stage: Stage, random: Random): Promise<void> {
  while (!stage.isOver) {
    const { tenant, key } = chooseKey(stage, random);
    const play = random.weighted(playWeights);
    if (random.chance(0.2)) await askRepeatedly(stage, random, tenant, key, play);
    else {
      const leaving = random.weighted(leavingWeights);
      const secret = chooseSecret(key, random);
      const { status } = await stage.ask({ tenant, key, secret, play, leaving }, random);
      // Who is told to come back later, or can't get through, doesn't come back at once.
      if (status === null || status >= 429) await delay(random.int(20, 120));
    }
    await delay(random.int(0, 30));
  }
}

function chooseKey(stage: Stage, random: Random): { tenant: Tenant; key: Key } {
  const { tenants } = stage;
  const tenant = random.weighted([
    [tenants.busy, 60],
    [tenants.poor, 30],
    [tenants.hourly, 3],
    [tenants.counted, 5],
  ]);
  if (tenant === tenants.busy && random.chance(0.03)) return { tenant, key: tenants.expired };
  const [first = tenant.admin, ...others] = tenant.keys;
  return { tenant, key: random.pick([first, ...others]) };
}

/** Somebody always still uses an old one. */
function chooseSecret(key: Key, random: Random): string {
  const [first, ...others] = key.pastSecrets;
  return first && random.chance(0.3) ? random.pick([first, ...others]) : key.secret;
}

const burstMin = 20;
const burstMax = 40;

/** Waves of short requests, dense enough for gateways to keep things of a workspace in memory. */
export async function runBursts(stage: Stage, random: Random): Promise<void> {
  const { busy, poor, hourly, counted } = stage.tenants;
  while (!stage.isOver) {
    const tenant = random.weighted([
      [busy, 4],
      [poor, 3],
      [hourly, 1],
      [counted, 1],
    ]);
    const [key = tenant.admin] = random.shuffle(tenant.keys);
    const waves = random.int(1, 3);
    for (let wave = 0; wave < waves && !stage.isOver; wave++) {
      const count = random.int(burstMin, burstMax);
      await Promise.all(
        Array.from({ length: count }, () => {
          const play = random.chance(0.3) ? "huge_usage" : "answer";
          return stage.ask({ tenant, key, play, stream: random.chance(0.1) }, random);
        }),
      );
      await delay(random.int(50, 250));
    }
    await delay(random.int(100, 500));
  }
}

/** A careful client: it repeats itself, in line or at once, and sometimes mixes up its bodies. */
async function askRepeatedly(
  stage: Stage,
  random: Random,
  tenant: Tenant,
  key: Key,
  play: Play,
): Promise<void> {
  const body = stage.newName();
  const question = {
    ...{ tenant, key, body, play, words: random.int(1, 30), idempotencyKey: `key-${body}` },
    ...{ dialect: random.pick(["openai", "anthropic"] as const), stream: random.chance(0.5) },
    model: random.pick(["of-openai", "of-anthropic", "of-both"]),
  };
  const once = (leaving: Leaving) => stage.ask({ ...question, leaving }, random);
  if (random.chance(0.4)) {
    await Promise.all([once("stay"), once("stay"), once(random.weighted(leavingWeights))]);
    return;
  }
  await once(random.weighted(leavingWeights));
  if (random.chance(0.2)) {
    await stage.ask({ ...question, body: stage.newName() }, random);
  }
  await delay(random.int(0, 300));
  await once("stay");
}
