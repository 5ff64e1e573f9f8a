import { expect } from "vitest";
import { z } from "zod";
import type { Admission, Limits } from "@/lib/budgets/acquire";
import { mostInAnyWindow } from "@/lib/budgets/model/outside";
import { quotaIntervals, windowStart } from "@/lib/budgets/model/rules";
import type { Place, WindowRow, World } from "@/lib/budgets/model/world";
import type { Settlement } from "@/lib/budgets/settlement";
import { hourMs, minuteMs } from "@/lib/time";

/** One request as whoever sent it saw it. */
export interface Event {
  requestId: string;
  keyId: string;
  instanceId: string;
  amountNanos: bigint | null;
  stream: boolean;
  admission: Admission;
  /** How far the clock had been put back by then, in all. */
  behindMs: number;
  /** What it was said to cost when it ended. */
  costNanos: bigint;
  settlements: Settlement[];
}

export interface History {
  events: Event[];
  limits: Map<string, Limits>;
  creditedNanos: bigint;
  /** How far the clock has been put back. */
  behindMs: number;
  /** False where an instance may refuse for what others hold and don't need. */
  areRefusalsExact: boolean;
}

const LogRow = z.object({ id: z.string(), outcome: z.string(), cost_nanos: z.coerce.bigint() });

/** Looks at the limits for as long as it isn't stopped: none is ever exceeded, at no instant. */
export function watchLimits({ database }: World, { workspaceId }: Place, streamsMax: number) {
  let isRunning = true;
  const exceeded: unknown[] = [];
  const watching = (async () => {
    while (isRunning) {
      const rows = await database.sql`
        select kind, interval, used, held, "limit" from budgets
        where workspace_id = ${workspaceId} and kind <> 'rate' and used + held > "limit"
        union all
        select 'streams', '', count(*), 0, ${streamsMax} from holds
        where workspace_id = ${workspaceId} and stream having count(*) > ${streamsMax}`;
      exceeded.push(...rows);
    }
  })();
  return {
    async stop(): Promise<void> {
      isRunning = false;
      await watching;
      expect(exceeded).toEqual([]);
    },
  };
}

const isCounted = ({ admission: { verdict } }: Event) =>
  verdict !== "no_lease" && verdict !== "rate" && verdict !== "key_rate";
const isAccepted = ({ admission }: Event) => admission.verdict === "ok";
const timeOf = ({ admission }: Event) =>
  admission.verdict === "no_lease" ? new Date(0) : admission.at;
const minuteOf = (at: Date) => Math.floor(at.getTime() / minuteMs);

/** Holds what the senders saw against each other and against the books, when all has come to rest. */
export async function checkHistory(world: World, place: Place, history: History): Promise<void> {
  const { windows, openRequestIds } = await world.readBooks(place);
  expect(openRequestIds).toEqual([]);
  const costs = await checkLog(world, place, history);
  for (const row of windows) checkRow(row, history, costs);
  for (const [keyId, limits] of history.limits) {
    const ofKey = history.events.filter((event) => event.keyId === keyId);
    await checkHour(world, place, null, history, history.events);
    await checkHour(world, place, keyId, history, ofKey);
    checkRealHours(history.events, limits.rate);
    checkRealHours(ofKey, limits.keyRate);
    if (history.areRefusalsExact) checkRefusals(history, keyId, limits);
  }
}

/** Each request that was admitted with a price is in the log once, at the cost that it was told. */
async function checkLog({ database }: World, place: Place, { events }: History) {
  const rows = await database.sql`
    select id, outcome, cost_nanos from request_log
    where workspace_id = ${place.workspaceId}`;
  const log = rows.map((row) => LogRow.parse(row));
  const admitted = events.filter(isAccepted).map(({ requestId }) => requestId);
  expect(log.map(({ id }) => id).toSorted()).toEqual(admitted.toSorted());
  const byId = new Map(log.map((row) => [row.id, row]));
  for (const { requestId, amountNanos, costNanos, settlements } of events) {
    const row = byId.get(requestId);
    if (!row) continue;
    const due = costNanos < (amountNanos ?? 0n) ? costNanos : (amountNanos ?? 0n);
    const isOwnEnd = settlements.some(({ state }) => state === "settled");
    if (isOwnEnd) expect(row.cost_nanos).toBe(due);
    else expect(row.cost_nanos).toBeLessThanOrEqual(amountNanos ?? 0n);
    for (const settlement of settlements) {
      if (settlement.state === "settled") expect(settlement.costNanos).toBe(row.cost_nanos);
    }
  }
  return new Map(log.map(({ id, cost_nanos }) => [id, cost_nanos]));
}

/** Nothing is held any more, and what is used is the sum over the requests: no update was lost. */
function checkRow(row: WindowRow, history: History, costs: Map<string, bigint>): void {
  const { kind, interval, windowStart: start, keyId, used, held, limit } = row;
  const accepted = history.events.filter(isAccepted);
  const inWindow = accepted.filter(
    (event) => windowStart(interval, timeOf(event)).getTime() === start.getTime(),
  );
  const spent = (events: Event[]) =>
    events.reduce((sum, { requestId }) => sum + (costs.get(requestId) ?? 0n), 0n);
  const due = {
    balance: () => spent(accepted),
    quota: () => BigInt(inWindow.length),
    cap: () => spent(inWindow.filter((event) => event.keyId === keyId)),
  }[kind]();
  expect({ kind, interval, start, used, held }).toMatchObject({ used: due, held: 0n });
  expect(used).toBeLessThanOrEqual(limit);
  if (kind === "balance") expect(limit).toBe(history.creditedNanos);
}

/** What the sliding hour counts now is what was counted in it. */
async function checkHour(
  { database, clock }: World,
  { workspaceId }: Place,
  keyId: string | null,
  { behindMs }: History,
  events: Event[],
): Promise<void> {
  const rows = await database.sql`
    select sum_slots(slide_slots(slots, slots_at, now()))::int as used from budgets
    where workspace_id = ${workspaceId} and kind = 'rate' and key_id is not distinct from ${keyId}`;
  const row = z.object({ used: z.number() }).optional().parse(rows[0]);
  if (!row) return;
  const minutes = events.filter(isCounted).map((event) => minuteOf(timeOf(event)));
  const newest = Math.max(minuteOf(clock.now()), ...minutes);
  // Where the clock was put back, requests count in a later minute than it showed.
  const shift = Math.ceil(behindMs / minuteMs) + 1;
  const countSince = (first: number) => minutes.filter((minute) => minute >= first).length;
  expect(row.used).toBeGreaterThanOrEqual(countSince(newest - 60));
  expect(row.used).toBeLessThanOrEqual(countSince(newest - 60 - shift));
}

function checkRealHours(events: Event[], limit: number | null): void {
  if (limit === null) return;
  const real = events
    .filter(isAccepted)
    .map((event) => new Date(timeOf(event).getTime() + event.behindMs));
  expect(mostInAnyWindow(real, hourMs)).toBeLessThanOrEqual(limit);
}

/** What was refused for a limit that is never given back was refused because it is used up. */
function checkRefusals({ events, behindMs }: History, keyId: string, limits: Limits): void {
  const countBefore = (refused: Event, counted: Event[]) => {
    const first = minuteOf(timeOf(refused)) - 61 - Math.ceil(behindMs / minuteMs);
    return counted.filter((event) => minuteOf(timeOf(event)) >= first).length;
  };
  const counted = events.filter(isCounted);
  for (const event of events) {
    const { admission } = event;
    if (admission.verdict === "rate") {
      expect(countBefore(event, counted)).toBeGreaterThanOrEqual(limits.rate ?? 0);
    }
    if (admission.verdict === "key_rate" && event.keyId === keyId) {
      const own = counted.filter((one) => one.keyId === keyId);
      expect(countBefore(event, own)).toBeGreaterThanOrEqual(limits.keyRate ?? 0);
    }
    if (admission.verdict !== "quota") continue;
    const interval = quotaIntervals.find((one) => one === admission.blocked.interval) ?? "total";
    const start = windowStart(interval, admission.at).getTime();
    const accepted = events
      .filter(isAccepted)
      .filter((one) => windowStart(interval, timeOf(one)).getTime() === start);
    expect(accepted.length).toBe(limits.quotas[interval]);
  }
}
