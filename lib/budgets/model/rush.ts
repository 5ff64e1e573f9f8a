import fc from "fast-check";
import type { Admission, Limits } from "@/lib/budgets/acquire";
import type { BudgetDoor } from "@/lib/budgets/model/door";
import { endOf } from "@/lib/budgets/model/ended-request";
import { checkHistory, type Event, watchLimits } from "@/lib/budgets/model/history";
import { anyLimits, anyRichLimits } from "@/lib/budgets/model/limit-change";
import { type Mode, moved } from "@/lib/budgets/model/session";
import { amountMax, anyStart } from "@/lib/budgets/model/steps";
import type { Place, World } from "@/lib/budgets/model/world";
import { newId } from "@/lib/id";
import { hourMs, minuteMs, secondMs } from "@/lib/time";

/** What one request does: how it ends, and whether in its round or later. */
interface Job {
  key: number;
  amountNanos: bigint | null;
  stream: boolean;
  costNanos: bigint;
  end: "settle" | "cancel" | "settleTwice" | "leaveOpen";
  outputTokens: number;
}

/** Rounds of jobs, one list an instance's lane; between rounds the clock moves. */
export interface Plan {
  creditedNanos: bigint;
  limits: [Limits, Limits];
  start: Date;
  rounds: {
    lanes: Job[][];
    /** Put on the balance while the round runs. */
    creditNanos: bigint;
    /** How far the clock goes while the round runs, and after it. */
    duringMs: number;
    afterMs: number;
    /** The instance that loses its lease in the middle of the round, if one does. */
    loser: number | null;
  }[];
}

export const instances = 3;
const lanesEach = 3;

const anyJob: fc.Arbitrary<Job> = fc.record({
  key: fc.nat({ max: 1 }),
  amountNanos: fc.option(fc.bigInt(0n, amountMax), { nil: null, freq: 6 }),
  stream: fc.boolean(),
  costNanos: fc.bigInt(0n, amountMax + 10n),
  end: fc.constantFrom("settle", "settle", "cancel", "settleTwice", "leaveOpen"),
  outputTokens: fc.nat({ max: 60 }),
});

const anyPause = fc.constantFrom(
  -minuteMs,
  secondMs,
  30 * secondMs,
  59 * minuteMs,
  61 * minuteMs,
  20 * hourMs,
);

/** Lanes of this many jobs; the rest of a round as it is given. */
function anyRound<T>(jobs: { min: number; max: number }, rest: fc.Arbitrary<T>) {
  const lane = fc.array(anyJob, { minLength: jobs.min, maxLength: jobs.max, size: "max" });
  const count = instances * lanesEach;
  const lanes = fc.array(lane, { minLength: count, maxLength: count });
  return fc.tuple(lanes, rest).map(([all, others]) => ({ lanes: all, ...others }));
}

export const anyPlan: fc.Arbitrary<Plan> = fc.record({
  creditedNanos: fc.bigInt(0n, 1_500n),
  limits: fc.tuple(anyLimits, anyLimits),
  start: anyStart,
  rounds: fc.array(
    anyRound(
      { min: 2, max: 5 },
      fc.record({
        creditNanos: fc.bigInt(1n, 50n),
        duringMs: fc.constantFrom(0, 1, 2 * secondMs),
        afterMs: anyPause,
        loser: fc.option(fc.nat({ max: instances - 1 }), { nil: null, freq: 2 }),
      }),
    ),
    { minLength: 2, maxLength: 4 },
  ),
});

/** Rich enough for slices; nobody dies, and the clock stands still while a round runs. */
export const anyRichPlan: fc.Arbitrary<Plan> = fc.record({
  creditedNanos: fc.bigInt(6_000n, 9_000n),
  limits: fc.tuple(anyRichLimits, anyRichLimits),
  start: anyStart,
  rounds: fc.array(
    anyRound(
      { min: 10, max: 20 },
      fc.record({
        creditNanos: fc.bigInt(1n, 50n),
        duringMs: fc.constant(0),
        afterMs: anyPause,
        loser: fc.constant(null),
      }),
    ),
    { minLength: 2, maxLength: 3 },
  ),
});

/** Runs a plan on several instances at once, and keeps its history. */
export class Rush {
  private readonly events: Event[] = [];
  private readonly limits: Map<string, Limits>;
  private creditedNanos: bigint;
  private behindMs = 0;

  private constructor(
    private readonly world: World,
    private readonly place: Place,
    private readonly doors: BudgetDoor[],
    private readonly mode: Mode,
    private readonly plan: Plan,
  ) {
    this.creditedNanos = plan.creditedNanos;
    const [first, second] = plan.limits;
    const ofWorkspace = { rate: first.rate, streams: first.streams, quotas: first.quotas };
    this.limits = new Map(
      place.keyIds.map((keyId, i) => [keyId, { ...(i === 0 ? first : second), ...ofWorkspace }]),
    );
  }

  static async begin(world: World, doors: BudgetDoor[], mode: Mode, plan: Plan): Promise<Rush> {
    const place = await world.createPlace(plan.creditedNanos);
    const rush = new Rush(world, place, doors, mode, plan);
    await world.clock.moveTo(plan.start);
    await world.writeLimits(place, rush.limits);
    for (const door of doors) await door.keepLease();
    await Promise.all(doors.map((door) => door.notice()));
    return rush;
  }

  async run(): Promise<void> {
    for (const round of this.plan.rounds) {
      const watch = watchLimits(this.world, this.place, this.plan.limits[0].streams);
      // All of them, so that nothing of a failed round goes on behind the next.
      const ends = await Promise.allSettled([
        ...round.lanes.map((jobs, lane) => this.runLane(lane, jobs)),
        this.credit(round.creditNanos),
        this.move(round.duringMs),
        this.lose(round.loser),
      ]);
      await watch.stop();
      for (const end of ends) if (end.status === "rejected") throw end.reason;
      await this.heal();
      await this.move(round.afterMs);
    }
    await this.endAll();
    await Promise.all(this.doors.map((door) => door.quiet()));
    await checkHistory(this.world, this.place, {
      events: this.events,
      limits: this.limits,
      creditedNanos: this.creditedNanos,
      behindMs: this.behindMs,
      areRefusalsExact: this.mode === "exact",
    });
  }

  private async runLane(lane: number, jobs: Job[]): Promise<void> {
    const door = this.doors[lane % this.doors.length];
    if (!door) return;
    for (const job of jobs) {
      const event = await this.ask(door, job);
      if (event.admission.verdict !== "ok" || job.amountNanos === null) continue;
      if (job.outputTokens % 4 === 0) {
        const { outputTokens } = job;
        await door.progress(event.requestId, { inputTokens: 1, outputTokens });
      }
      if (job.end === "leaveOpen") continue;
      if (job.end === "cancel") await this.settle(event, 0n, "cancelled");
      else if (job.end === "settle") await this.settle(event, job.costNanos, "ok");
      else {
        const twice = () => this.settle(event, job.costNanos, "ok");
        await Promise.all([twice(), twice()]);
      }
    }
  }

  private async ask(door: BudgetDoor, job: Job): Promise<Event> {
    const { workspaceId, secretId } = this.place;
    const keyId = this.place.keyIds[job.key] ?? "";
    const limits = this.limits.get(keyId);
    if (!limits) throw new Error(`no key ${job.key}`);
    const { amountNanos, stream } = job;
    const requestId = newId("request");
    const question = { requestId, keyId, instanceId: door.instanceId, amountNanos, stream };
    const ask = { ...question, workspaceId, secretId, limits, isAdmitted: true };
    const admission = await door.admit(ask);
    const { behindMs } = this;
    const event: Event = { ...question, admission, behindMs, costNanos: 0n, settlements: [] };
    this.events.push(event);
    if (amountNanos === null) await this.logFree(door, event, admission);
    return event;
  }

  private async logFree(door: BudgetDoor, event: Event, admission: Admission): Promise<void> {
    if (admission.verdict !== "ok") return;
    const end = endOf({ ...event, workspaceId: this.place.workspaceId }, 0n, "ok");
    await door.settle({ ...end, held: false, at: admission.at });
  }

  private async settle(event: Event, costNanos: bigint, outcome: "ok" | "cancelled") {
    const door = this.doors.find((one) => one.instanceId === event.instanceId);
    if (!door) throw new Error(`no door of ${event.instanceId}`);
    const end = endOf({ ...event, workspaceId: this.place.workspaceId }, costNanos, outcome);
    event.costNanos = costNanos;
    event.settlements.push(await door.settle(end));
  }

  private async credit(amountNanos: bigint): Promise<void> {
    await this.world.credit(this.place, amountNanos);
    this.creditedNanos += amountNanos;
  }

  private async move(ms: number): Promise<void> {
    const now = this.world.clock.now();
    const next = moved(now, { by: ms });
    this.behindMs += Math.max(0, now.getTime() - next.getTime());
    await this.world.clock.moveTo(next);
    await Promise.all(this.doors.map((door) => door.keepLease()));
  }

  /** One instance stands still for longer than its lease, and another ends what it left. */
  private async lose(loser: number | null): Promise<void> {
    if (loser === null) return;
    await this.doors[loser]?.loseLease();
    await this.doors[(loser + 1) % this.doors.length]?.recover();
  }

  private async heal(): Promise<void> {
    for (const door of this.doors) await door.takeLease();
  }

  /** Ends what was left open, whether or not somebody else has meanwhile. */
  private async endAll(): Promise<void> {
    const left = this.events.filter(
      ({ admission, amountNanos, settlements }) =>
        admission.verdict === "ok" && amountNanos !== null && settlements.length === 0,
    );
    await Promise.all(left.map((event) => this.settle(event, 7n, "ok")));
  }
}
