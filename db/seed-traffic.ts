import { type Price, priceTokens } from "@/lib/models/price";
import { addMs, dayMs, hourMs, minuteMs, secondMs, startOfHour } from "@/lib/time";

/** How one key of the demo is used. */
export interface KeyHabit {
  keyId: string;
  secretId: string;
  path: "/v1/chat/completions" | "/v1/messages" | "/v1/models";
  /** Requests on an ordinary weekday. */
  requestsPerDay: number;
  /** Share of a weekday's traffic that Saturdays and Sundays see. */
  weekend: number;
  /** Share of the day's requests in each UTC hour; they needn't sum to one. */
  hours: (hour: number) => number;
  /** Models by how often they are asked; empty for calls without one. */
  models: ReadonlyArray<readonly [model: string, weight: number]>;
  /** Typical input length; the output is about a seventh of it. */
  inputTokens: number;
  streams: number;
  address: string;
  userAgent: string;
  /** A test key's requests cost nothing. */
  isFree: boolean;
  /** First and last instant of use, within the invented past. */
  from: Date;
  until: Date;
}

export interface InventedRequest {
  at: Date;
  habit: KeyHabit;
  model: string;
  stream: boolean;
  status: number;
  outcome: "ok" | "refused" | "failed";
  errorCode: string | null;
  inputTokens: number;
  outputTokens: number;
  costNanos: bigint;
  latencyMs: number;
  firstByteMs: number;
}

/** Costs that the invented past should come to, newest period first. */
export interface SpendTarget {
  from: Date;
  until: Date;
  costNanos: bigint;
}

export type Random = () => number;

/** A small generator with a seed (mulberry32), so that every demo looks the same. */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A value around one, rarely far from it: sizes and times of real requests look like this. */
function spread(random: Random, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(sigma * normal);
}

/** How many of something rare happen where `mean` are expected. */
function poisson(random: Random, mean: number): number {
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > least; product *= random()) count++;
  return count;
}

function pick<T>(random: Random, choices: ReadonlyArray<readonly [T, number]>): T | undefined {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
}

const failures: ReadonlyArray<
  readonly [Pick<InventedRequest, "status" | "outcome" | "errorCode">, number]
> = [
  [{ status: 400, outcome: "refused", errorCode: "param" }, 4],
  [{ status: 400, outcome: "refused", errorCode: "context" }, 2],
  [{ status: 502, outcome: "failed", errorCode: "bad_gateway" }, 3],
  [{ status: 503, outcome: "failed", errorCode: "overloaded" }, 4],
  [{ status: 504, outcome: "failed", errorCode: "gw_timeout" }, 1],
];
const failureRate = 0.004;

/** Milliseconds to the first byte and for each token after it. */
const speeds: Record<string, readonly [firstByteMs: number, tokenMs: number]> = {
  "gpt-4": [620, 14],
  "glm-4.7": [310, 2.1],
  "deepseek-chat": [280, 1.8],
  "claude-haiku-4-5-20251001": [240, 1.4],
};

/** The longest input that leaves GPT-4 room to answer; the other models' contexts are far larger. */
const inputTokensMax: Record<string, number> = { "gpt-4": 4_500 };
const otherInputTokensMax = 40_000;
const outputTokensMax = 3_600;

/** The longest latency invented; requests end before now. */
const latencyMsMax = 20 * secondMs;

function inventRequest(random: Random, habit: KeyHabit, at: Date): InventedRequest {
  const model = pick(random, habit.models) ?? "";
  const [firstByteMs, tokenMs] = speeds[model] ?? [9, 0];
  const first = Math.round(firstByteMs * spread(random, 0.35));
  const failure = random() < failureRate ? pick(random, failures) : undefined;
  if (failure && model !== "") {
    const latencyMs = failure.status === 400 ? 4 + Math.round(random() * 8) : first;
    return {
      ...failure,
      at,
      habit,
      model,
      stream: false,
      inputTokens: 0,
      outputTokens: 0,
      costNanos: 0n,
      latencyMs: failure.status === 504 ? latencyMsMax : latencyMs,
      firstByteMs: latencyMs,
    };
  }
  const wanted = model === "" ? 0 : habit.inputTokens * spread(random, 0.7);
  const inputTokens = Math.round(Math.min(wanted, inputTokensMax[model] ?? otherInputTokensMax));
  const outputTokens = Math.round(
    Math.min((inputTokens / 7) * spread(random, 0.4), outputTokensMax),
  );
  return {
    at,
    habit,
    model,
    stream: random() < habit.streams,
    status: 200,
    outcome: "ok",
    errorCode: null,
    inputTokens,
    outputTokens,
    costNanos: 0n,
    latencyMs: Math.min(latencyMsMax, Math.round(first + outputTokens * tokenMs)),
    firstByteMs: first,
  };
}

function inventHabit(random: Random, habit: KeyHabit, since: Date, now: Date): InventedRequest[] {
  const invented: InventedRequest[] = [];
  const dayShare = Array.from({ length: 24 }, (_, hour) => habit.hours(hour));
  const wholeDay = dayShare.reduce((sum, share) => sum + share, 0);
  const latest = addMs(now, -latencyMsMax - 5 * secondMs);
  let mood = 1;
  for (let hour = startOfHour(since); hour < now; hour = addMs(hour, hourMs)) {
    if (hour.getUTCHours() === 0) mood = spread(random, 0.16);
    const isWeekend = hour.getUTCDay() % 6 === 0;
    const share = (dayShare[hour.getUTCHours()] ?? 0) / wholeDay;
    const mean = habit.requestsPerDay * share * mood * (isWeekend ? habit.weekend : 1);
    const count = poisson(random, mean);
    for (let i = 0; i < count; i++) {
      const at = addMs(hour, Math.floor(random() * hourMs));
      const request = inventRequest(random, habit, at);
      if (at >= since && at >= habit.from && at < habit.until && at < latest) {
        invented.push(request);
      }
    }
  }
  return invented;
}

/** The demo was in use a moment ago, whatever the hour it is started at. */
function inventLastMinutes(random: Random, habit: KeyHabit, now: Date): InventedRequest[] {
  return [40 * secondMs, 3 * minuteMs, 8 * minuteMs, 21 * minuteMs].map((agoMs) =>
    inventRequest(random, habit, addMs(now, -agoMs)),
  );
}

function price(request: InventedRequest, prices: ReadonlyMap<string, Price>): bigint {
  if (request.habit.isFree) return 0n;
  const modelPrice = prices.get(request.model);
  return modelPrice ? priceTokens(request, modelPrice) : 0n;
}

/** Lengthens or shortens the requests of a period, so that together they cost the target. */
function meetTarget(
  requests: InventedRequest[],
  target: SpendTarget,
  prices: ReadonlyMap<string, Price>,
): void {
  const inPeriod = requests.filter(({ at }) => at >= target.from && at < target.until);
  const isFixed = ({ model }: InventedRequest) => inputTokensMax[model] !== undefined;
  const sum = (some: InventedRequest[]) =>
    some.reduce((total, request) => total + price(request, prices), 0n);
  const fixed = sum(inPeriod.filter(isFixed));
  const free = sum(inPeriod.filter((request) => !isFixed(request)));
  const factor = Math.max(0.1, Number(target.costNanos - fixed) / Number(free));
  for (const request of inPeriod) {
    if (!isFixed(request)) {
      request.inputTokens = Math.round(request.inputTokens * factor);
      request.outputTokens = Math.round(request.outputTokens * factor);
    }
    request.costNanos = price(request, prices);
  }
}

/**
 * Invents a believable past: working days and weekends, days and nights, good days and bad, a few
 * failures, sizes and latencies with long tails. Oldest request first; the same for the same `now`.
 */
export function inventTraffic(input: {
  habits: readonly KeyHabit[];
  prices: ReadonlyMap<string, Price>;
  targets: readonly SpendTarget[];
  since: Date;
  now: Date;
}): InventedRequest[] {
  const { habits, prices, targets, since, now } = input;
  const random = seededRandom(20_261);
  const requests = habits.flatMap((habit) => inventHabit(random, habit, since, now));
  const busiest = habits[0];
  if (busiest) requests.push(...inventLastMinutes(random, busiest, now));
  requests.sort((a, b) => a.at.getTime() - b.at.getTime());
  for (const target of targets) meetTarget(requests, target, prices);
  return requests;
}

/** The days that the invented past covers: a month, and the month before to compare it with. */
export const inventedDays = 60;

export function inventedSince(now: Date): Date {
  return addMs(now, -inventedDays * dayMs);
}
