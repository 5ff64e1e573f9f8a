import { expect, it } from "vitest";
import { LimitsView, limitsView } from "@/app/(dashboard)/usage/limits-view";
import type { LimitState } from "@/lib/budgets/state";

const tomorrow = new Date("2026-11-22T00:00:00.000Z");

const state: LimitState = {
  hour: { limit: 1_000, used: 4, resetsAt: tomorrow },
  day: null,
  month: { limit: 50_000, used: 60_000, resetsAt: tomorrow },
  total: null,
  streams: { limit: 20, open: 1 },
  key: {
    hour: null,
    caps: {
      day: {
        limitNanos: 9_007_199_254_740_993n,
        usedNanos: 1n,
        heldNanos: 2n,
        resetsAt: tomorrow,
      },
      week: null,
      month: null,
      total: null,
    },
  },
  now: new Date("2026-11-21T10:00:00.000Z"),
};

it("tells the limits that are set, exactly and in a form that survives JSON", () => {
  const view = limitsView(state);
  expect(LimitsView.safeParse(JSON.parse(JSON.stringify(view)))).toEqual({
    success: true,
    data: view,
  });
  expect(view.workspace.map(({ interval, used, limit }) => [interval, used, limit])).toEqual([
    ["hour", "4", "1000"],
    ["month", "60000", "50000"],
    ["streams", "1", "20"],
  ]);
  expect(view.key).toEqual([
    {
      interval: "day",
      unit: "nanos",
      used: "1",
      held: "2",
      limit: "9007199254740993",
      resetsAt: "2026-11-22T00:00:00.000Z",
    },
  ]);
});

it("has nothing of a key that wasn't asked for, nor of a workspace that isn't there", () => {
  expect(limitsView({ ...state, key: null }).key).toEqual([]);
  expect(limitsView(null)).toEqual({ workspace: [], key: [] });
});
