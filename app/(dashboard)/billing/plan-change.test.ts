import { expect, test } from "vitest";
import { buildPlanChange } from "@/app/(dashboard)/billing/plan-change";
import type { PlanView } from "@/lib/billing/queries";
import type { LimitState } from "@/lib/budgets/state";

const now = new Date("2026-11-21T10:00:00Z");

const standard: PlanView = {
  ...{ id: "standard", name: "Standard", isCurrent: false, isSelfService: true },
  ...{ requestsPerHour: 1_000, requestsPerDay: 5_000, requestsPerMonth: null, requestsTotal: null },
  concurrentStreams: 20,
};
const pro: PlanView = {
  ...standard,
  ...{ id: "pro", name: "Pro", isCurrent: true, requestsPerHour: 10_000, requestsPerDay: null },
};

const stateOf = (used: number): LimitState => ({
  ...{ hour: { limit: 10_000, used, resetsAt: null }, day: null, month: null, total: null },
  ...{ streams: { limit: 20, open: 0 }, key: null, now },
});

test("a change of plan names what differs and nothing else", () => {
  expect(buildPlanChange(pro, standard, stateOf(10)).differences).toEqual([
    { label: "Requests an hour", from: "10,000", to: "1,000" },
    { label: "Requests a day", from: "No limit", to: "5,000" },
  ]);
});

test("a limit that what is used has reached already is told, to the request", () => {
  expect(buildPlanChange(pro, standard, stateOf(999)).exceeded).toEqual([]);
  expect(buildPlanChange(pro, standard, stateOf(1_000)).exceeded).toEqual([
    "Requests an hour: 1,000 are used already.",
  ]);
  expect(buildPlanChange(standard, pro, stateOf(1_000)).exceeded).toEqual([]);
});
