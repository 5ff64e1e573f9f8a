import { expect } from "vitest";
import type { RateState } from "@/lib/budgets/acquire";
import { capIntervals, quotaIntervals, type Rules, windowEnd } from "@/lib/budgets/model/rules";
import type { Place, WindowRow, World } from "@/lib/budgets/model/world";
import { type CapState, type RequestLimitState, readLimitState } from "@/lib/budgets/state";

export interface Check {
  /**
   * `equal`: every figure is the model's. `sums`: what is used and held together is, whoever has it in
   * memory. `within`: it is no less than there.
   */
  how: "equal" | "sums" | "within";
  /** Whether to compare what pages show as well. */
  withState: boolean;
  /** Rows that are due in the request log. */
  logged: number;
  /** A limit that isn't set needs no figure; what it was told last may have been left behind. */
  comeAndGo: boolean;
}

/** Holds the books of a workspace against the model. */
export async function checkBooks(
  world: World,
  place: Place,
  rules: Rules,
  { how, withState, logged, comeAndGo }: Check,
): Promise<void> {
  const books = await world.readBooks(place);
  const rows = books.windows.filter((row) => row.kind === "balance" || !comeAndGo);
  for (const row of rows) checkWindow(row, rules, how);
  if (how !== "equal") return;
  const open = rules.open().map(({ requestId }) => requestId);
  expect(books.openRequestIds.toSorted()).toEqual(open.toSorted());
  expect(books.logged).toEqual({ requests: logged, costNanos: rules.balanceFigure().used });
  if (!withState) return;
  for (const keyId of place.keyIds) await checkState(world, place, keyId, rules);
}

function checkWindow(row: WindowRow, rules: Rules, how: Check["how"]): void {
  const due = figureOf(row, rules);
  const { used, held, kind, interval, windowStart, keyId } = row;
  if (kind === "balance") expect(used + held).toBeLessThanOrEqual(row.limit);
  if (how === "within") expect(used + held).toBeGreaterThanOrEqual(due.used + due.held);
  else if (how === "sums")
    expect({ kind, interval, sum: used + held }).toMatchObject({ sum: due.used + due.held });
  else expect({ kind, interval, windowStart, keyId, used, held }).toMatchObject(due);
}

function figureOf(row: WindowRow, rules: Rules) {
  if (row.kind === "balance") return rules.balanceFigure();
  if (row.kind === "cap") return rules.capFigure(row.keyId ?? "", row.interval, row.windowStart);
  if (row.interval === "week") throw new Error("no quota is by the week");
  return { used: BigInt(rules.quotaUsed(row.interval, row.windowStart)), held: 0n };
}

/** What pages and the API show of the limits is what the model has. */
async function checkState(world: World, place: Place, keyId: string, rules: Rules): Promise<void> {
  const { workspaceId } = place;
  const now = world.clock.now();
  const limits = rules.limitsOf(keyId);
  const hours = rules.hoursOf(keyId, now);
  const [total, month, day] = quotaIntervals.map((interval): RequestLimitState | null => {
    const limit = limits.quotas[interval];
    const used = rules.quotaUsed(interval, now);
    return limit === null ? null : { limit, used, resetsAt: windowEnd(interval, now) };
  });
  const caps = capIntervals.map((interval): [string, CapState | null] => {
    const limitNanos = limits.caps[interval];
    const { used: usedNanos, held: heldNanos } = rules.capFigure(keyId, interval, now);
    const resetsAt = windowEnd(interval, now);
    return [interval, limitNanos === null ? null : { limitNanos, usedNanos, heldNanos, resetsAt }];
  });
  const open = rules.open().filter((request) => request.stream).length;
  expect(await readLimitState(world.database.db, { workspaceId, keyId })).toEqual({
    hour: toState(hours.rate),
    day,
    month,
    total,
    streams: { limit: limits.streams, open },
    key: { hour: toState(hours.keyRate), caps: Object.fromEntries(caps) },
    now,
  });
}

function toState({ limit, used, freeAt }: RateState) {
  // Of what was never counted nothing leaves.
  return limit === null ? null : { limit, used, resetsAt: used > 0 ? freeAt : expect.any(Date) };
}
