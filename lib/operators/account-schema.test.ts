import { expect, test } from "vitest";
import { newId } from "@/lib/id";
import {
  AccountAct,
  AccountLimits,
  AccountListParams,
  ChangeAccountPlan,
} from "@/lib/operators/account-schema";

const workspaceId = newId("workspace");

test.each([
  ["nothing", ""],
  ["spaces", "  \u00a0 "],
  ["a line break", "one\ntwo"],
  ["a NUL", "a\u0000b"],
  ["text that turns", "a\u202eb"],
  ["half a character", "a\ud800"],
  ["too much", "x".repeat(301)],
  ["no text", 5],
])("a reason that is %s is refused in words", (_, reason) => {
  const parsed = AccountAct.safeParse({ workspaceId, reason });
  expect(parsed.success).toBe(false);
  expect(parsed.error?.issues[0]).toMatchObject({ path: ["reason"] });
  expect(parsed.error?.issues[0]?.message).toMatch(/^[A-Z].+\.$/);
});

test("a reason is trimmed and otherwise kept as it was typed, markup included", () => {
  const reason = " <b>Unpaid</b> “invoice” 💸 ";
  expect(AccountAct.parse({ workspaceId, reason }).reason).toBe("<b>Unpaid</b> “invoice” 💸");
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e300, "5", [5], {}, true])(
  "a limit of %s is refused",
  (limit) => {
    for (const name of ["requestsPerHour", "requestsTotal", "concurrentStreams"]) {
      expect(AccountLimits.safeParse({ [name]: limit }).success).toBe(false);
    }
  },
);

test("a limit that is left out or null is the plan's", () => {
  expect(AccountLimits.parse({ requestsPerHour: null, concurrentStreams: 7 })).toEqual({
    ...{ requestsPerHour: null, requestsPerDay: null, requestsPerMonth: null },
    ...{ requestsTotal: null, concurrentStreams: 7 },
  });
});

test("ids that can't be are refused, and an address that can't be falls back word by word", () => {
  for (const id of ["", "ws_1", "' OR 1=1 --", "ws_\u0000", 5, null]) {
    expect(AccountAct.safeParse({ workspaceId: id, reason: "Because" }).success).toBe(false);
  }
  const plan = { workspaceId, reason: "Because", planId: "no such plan" };
  expect(ChangeAccountPlan.safeParse(plan).success).toBe(false);
  const query = { search: ["a"], sort: "name", order: 1, plan: "'", state: "x", after: "1" };
  expect(AccountListParams.parse({ ...query, before: workspaceId })).toEqual({
    ...{ search: "", sort: "created", order: "desc", plan: "", state: "all" },
    ...{ after: "", before: workspaceId },
  });
});
