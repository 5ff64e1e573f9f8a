import { expect } from "vitest";
import type { Admission, Limits } from "@/lib/budgets/acquire";
import { type Check, checkBooks } from "@/lib/budgets/model/checks";
import type { BudgetDoor } from "@/lib/budgets/model/door";
import { endOf } from "@/lib/budgets/model/ended-request";
import { changeLimits, isComingOrGoing, type LimitChange } from "@/lib/budgets/model/limit-change";
import { type Due, type Question, Rules, windowEnd, windowStart } from "@/lib/budgets/model/rules";
import type { Move, Step } from "@/lib/budgets/model/steps";
import type { Place, World } from "@/lib/budgets/model/world";
import type { EndedRequest, Outcome } from "@/lib/budgets/settlement";
import { newId } from "@/lib/id";
import { hourMs, minuteMs } from "@/lib/time";

/**
 * `exact`: every answer and figure is the model's. `leased`: an instance may hold slices that others
 * have to give back first. Then nothing is admitted that the model refuses; what is refused although
 * the model admits it is admitted, or refused for the model's reason, once the others are quiet; and
 * when all are quiet every figure is the model's.
 */
export type Mode = "exact" | "leased";

export interface Setting {
  creditedNanos: bigint;
  /** One a key; the first key's are the workspace's. */
  limits: [Limits, Limits];
  start: Date;
  /** Whether limits may be taken away and set anew, or only raised and lowered. */
  comeAndGo: boolean;
}

/** Drives doors and the model through the same steps, and holds one against the other. */
export class Session {
  readonly rules: Rules;
  private logged = 0;
  /** What was admitted under a lease that ran out, and hasn't heard of it yet. */
  private readonly lost: Question[] = [];

  private constructor(
    readonly world: World,
    readonly place: Place,
    private readonly doors: BudgetDoor[],
    private readonly mode: Mode,
    private readonly setting: Setting,
  ) {
    const [first, second] = setting.limits;
    const ofWorkspace = { rate: first.rate, streams: first.streams, quotas: first.quotas };
    const limits = new Map<string, Limits>();
    place.keyIds.forEach((keyId, i) => {
      limits.set(keyId, structuredClone({ ...(i === 0 ? first : second), ...ofWorkspace }));
    });
    this.rules = new Rules(setting.creditedNanos, limits);
    for (const door of doors) this.rules.liveInstances.add(door.instanceId);
  }

  static async begin(world: World, doors: BudgetDoor[], mode: Mode, setting: Setting) {
    const place = await world.createPlace(setting.creditedNanos);
    const session = new Session(world, place, doors, mode, setting);
    await session.move(setting.start);
    await session.writeLimits();
    return session;
  }

  async run(steps: Step[]): Promise<void> {
    for (const [i, step] of steps.entries()) {
      await this.take(step);
      if (step.do === "move" || step.do === "takeLease") continue;
      const leased = step.do === "quiet" ? "sums" : "within";
      await this.check(this.mode === "exact" ? "equal" : leased, i % 4 === 0);
    }
    await this.end();
  }

  /** Everything that is open ends; then nothing is held, and every figure is the model's (BAR P6). */
  async end(): Promise<void> {
    for (const door of this.doors) await this.take({ do: "takeLease", door: this.indexOf(door) });
    for (const { requestId } of this.rules.open()) await this.settle(requestId, 1n, "ok");
    for (const question of this.lost) {
      const end = this.endOf(question, 1n, "ok");
      const settlement = await this.doorOf(question.instanceId).settle(end);
      expect(settlement).toMatchObject({ state: "lost", costNanos: 0n });
      this.logged++;
    }
    await this.take({ do: "quiet" });
    await this.check("equal", true);
    expect(this.rules.balanceFigure().held).toBe(0n);
  }

  private check(how: Check["how"], withState: boolean): Promise<void> {
    return checkBooks(this.world, this.place, this.rules, {
      how,
      withState,
      logged: this.logged,
      comeAndGo: this.setting.comeAndGo,
    });
  }

  private get now(): Date {
    return this.world.clock.now();
  }

  private indexOf(door: BudgetDoor): number {
    return this.doors.indexOf(door);
  }

  private doorAt(index: number): BudgetDoor {
    const door = this.doors[index % this.doors.length];
    if (!door) throw new Error("no doors");
    return door;
  }

  private doorOf(instanceId: string): BudgetDoor {
    const door = this.doors.find((one) => one.instanceId === instanceId);
    if (!door) throw new Error(`no door of ${instanceId}`);
    return door;
  }

  private keyAt(index: number): string {
    const keyId = this.place.keyIds[index];
    if (!keyId) throw new Error(`no key ${index}`);
    return keyId;
  }

  private async take(step: Step): Promise<void> {
    switch (step.do) {
      case "ask": {
        const { amountNanos, stream, isAdmitted } = step;
        for (let i = 0; i < step.times; i++) {
          const keyId = this.keyAt(step.key);
          await this.ask(this.doorAt(step.door), { keyId, amountNanos, stream, isAdmitted });
        }
        return;
      }
      case "settle":
      case "cancel": {
        const open = this.rules.open();
        const one = open[step.which % Math.max(1, open.length)];
        if (!one) return;
        if (step.do === "cancel") await this.settle(one.requestId, 0n, "cancelled");
        else await this.settle(one.requestId, step.costNanos, "ok");
        return;
      }
      case "settleAgain": {
        const ended = this.rules.priced().filter((request) => request.end !== null);
        const one = ended[step.which % Math.max(1, ended.length)];
        if (one) await this.settle(one.requestId, step.costNanos, "ok");
        return;
      }
      case "progress": {
        const isOfAny = step.which % 4 === 0;
        const some = isOfAny ? this.rules.priced() : this.rules.open();
        const one = some[step.which % Math.max(1, some.length)];
        // No answer lasts that long.
        if (!one || this.now.getTime() - one.at.getTime() > hourMs) return;
        const mayGoOn = this.rules.progress(one.requestId, step.delivered);
        const endedBy = await this.doorOf(one.instanceId).progress(one.requestId, step.delivered);
        // One that was settled by its own instance isn't asked for any more.
        if (mayGoOn) expect(endedBy).toBeNull();
        return;
      }
      case "loseLease":
      case "takeLease":
      case "recover":
        return await this.lease(step.do, this.doorAt(step.door));
      case "die":
        await this.lease("loseLease", this.doorAt(step.door));
        return await this.lease("recover", this.doorAt(step.heir));
      case "limit":
        return await this.changeLimit(this.keyAt(step.key), step.change);
      case "credit":
        this.rules.creditedNanos += step.amountNanos;
        return await this.world.credit(this.place, step.amountNanos);
      case "move":
        return await this.move(moved(this.now, step.move));
      case "quiet":
        return await this.quiet();
    }
  }

  private async move(to: Date): Promise<void> {
    await this.world.clock.moveTo(to);
    const alive = this.doors.filter((door) => this.isLive(door.instanceId));
    await Promise.all(alive.map((door) => door.keepLease()));
  }

  private async quiet(): Promise<void> {
    await Promise.all(this.doors.map((door) => door.quiet()));
  }

  private async lease(what: "loseLease" | "takeLease" | "recover", door: BudgetDoor) {
    const lost = this.rules.open().filter(({ requestId, instanceId }) => {
      return !this.isLive(instanceId) && this.doorOf(instanceId).isLostWithLease(requestId);
    });
    await door[what]();
    if (what === "loseLease") this.rules.liveInstances.delete(door.instanceId);
    if (what === "takeLease") this.rules.liveInstances.add(door.instanceId);
    if (what === "recover") this.recover(lost);
  }

  private recover(lost: Question[]): void {
    for (const question of lost) {
      this.rules.forget(question.requestId);
      this.lost.push(question);
    }
    this.logged += this.rules.open().filter((r) => !this.isLive(r.instanceId)).length;
    this.rules.recover();
  }

  private isLive(instanceId: string): boolean {
    return this.rules.liveInstances.has(instanceId);
  }

  /** Asks one door, and compares its answer with what is due. */
  async ask(
    door: BudgetDoor,
    what: Omit<Question, "requestId" | "instanceId">,
  ): Promise<Admission> {
    const { question, admission, due } = await this.askOnce(door, what);
    if (this.mode === "exact") {
      expect(admission).toMatchObject(due);
      return admission;
    }
    const verdict = describeVerdict(admission);
    if (admission.verdict === "ok")
      expect({ ...question, verdict }).toMatchObject({ verdict: describeVerdict(due) });
    if (verdict === describeVerdict(due)) return admission;
    // Others may have held what it needed: once they have given it back there is no excuse.
    await Promise.all(this.doors.filter((one) => one !== door).map((one) => one.quiet()));
    const again = await this.askOnce(door, what);
    expect(describeVerdict(again.admission)).toBe(describeVerdict(again.due));
    return again.admission;
  }

  private async askOnce(
    door: BudgetDoor,
    what: Omit<Question, "requestId" | "instanceId">,
  ): Promise<{ question: Question; admission: Admission; due: Due }> {
    const question = { ...what, requestId: newId("request"), instanceId: door.instanceId };
    const { workspaceId, secretId } = this.place;
    const limits = structuredClone(this.rules.limitsOf(question.keyId));
    const due = this.rules.judge(question, this.now);
    const admission = await door.admit({ ...question, workspaceId, secretId, limits });
    this.rules.record(question, this.now, admission.verdict);
    if (admission.verdict !== "no_lease") await this.logUnheld(door, question, admission);
    return { question, admission, due };
  }

  /** What has no hold is in the log as soon as it was answered. */
  private async logUnheld(door: BudgetDoor, question: Question, admission: Admission) {
    const isRefused = admission.verdict !== "ok" || !question.isAdmitted;
    if (!isRefused && question.amountNanos !== null) return;
    const { verdict } = admission;
    await door.settle({
      ...this.endOf(question, 0n, isRefused ? "refused" : "ok"),
      at: verdict === "no_lease" ? null : admission.at,
      held: false,
      status: isRefused ? 429 : 200,
      errorCode: verdict === "key_rate" ? "rate" : verdict === "ok" ? null : verdict,
    });
    this.logged++;
  }

  private endOf(question: Question, costNanos: bigint, outcome: Outcome): EndedRequest {
    return endOf({ ...question, workspaceId: this.place.workspaceId }, costNanos, outcome);
  }

  async settle(requestId: string, costNanos: bigint, outcome: Outcome): Promise<void> {
    const request = this.rules.priced().find((one) => one.requestId === requestId);
    if (!request) throw new Error(`${requestId} has no price`);
    if (request.end === null) this.logged++;
    const due = this.rules.settle(requestId, costNanos, outcome, this.now);
    const door = this.doorOf(request.instanceId);
    expect(await door.settle(this.endOf(request, costNanos, outcome))).toEqual(due);
  }

  private async changeLimit(keyId: string, change: LimitChange): Promise<void> {
    const { limits } = this.rules;
    const isLeft = isComingOrGoing(this.rules.limitsOf(keyId), change);
    if (isLeft && !this.setting.comeAndGo) return;
    // A total that is set knows only what the roll-ups tell it, which is less (see `late-limits.test.ts`).
    if (isLeft && change.of === "quota" && change.interval === "total") return;
    // What is open when a cap comes is charged beside it.
    if (isLeft && change.of === "cap") {
      for (const { requestId } of this.rules.open()) await this.settle(requestId, 1n, "ok");
    }
    changeLimits(limits, keyId, change);
    await this.writeLimits();
  }

  private async writeLimits(): Promise<void> {
    await this.world.writeLimits(this.place, this.rules.limits);
    await Promise.all(this.doors.map((door) => door.notice()));
  }
}

/** What a verdict comes to: which limit refuses, without its figures. */
function describeVerdict(answer: Admission | Due): string {
  const { verdict } = answer;
  return "blocked" in answer && answer.blocked ? `${verdict} ${answer.blocked.interval}` : verdict;
}

/** Where a move takes the clock. */
export function moved(now: Date, move: Move): Date {
  if ("by" in move) {
    // Not back over midnight.
    return new Date(Math.max(now.getTime() + move.by, windowStart("day", now).getTime()));
  }
  const { to, offsetMs } = move;
  if (to === "minute" || to === "hour") {
    const unitMs = to === "minute" ? minuteMs : hourMs;
    return new Date((Math.floor(now.getTime() / unitMs) + 1) * unitMs + offsetMs);
  }
  const end = windowEnd(to, now);
  if (!end) throw new Error(`${to} has no end`);
  return new Date(end.getTime() + offsetMs);
}
