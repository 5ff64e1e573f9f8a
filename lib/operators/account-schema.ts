import { z } from "zod";
import { countText } from "@/lib/count-text";
import { isId } from "@/lib/id";
import { type AccountListQuery, accountSorts, accountStates } from "@/lib/operators/account-terms";
import { Reason } from "@/lib/operators/reason";

const WorkspaceId = z
  .string({ error: "Choose an account." })
  .refine((text) => isId("workspace", text), { error: "Choose an account." });

const Mark = WorkspaceId.catch("");
const PlanId = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/);

/** Every word of the address by itself: one that can't be leaves the others standing. */
export const AccountListParams: z.ZodType<AccountListQuery> = z.object({
  search: z.string().max(200).catch(""),
  sort: z.enum(accountSorts).catch("created"),
  order: z.enum(["asc", "desc"]).catch("desc"),
  plan: PlanId.catch(""),
  state: z.enum(accountStates).catch("all"),
  after: Mark,
  before: Mark,
});

export const AccountAct = z.object({ workspaceId: WorkspaceId, reason: Reason });
export type AccountAct = z.infer<typeof AccountAct>;

/** A whole number above zero, or null for what the plan says. */
const Limit = (max: number) =>
  z
    .number({ error: "Enter a whole number." })
    .int({ error: "Enter a whole number." })
    .min(1, { error: "Enter 1 or more; to stop an account, suspend it." })
    .max(max, { error: `Enter at most ${countText(max)}.` })
    .nullish()
    .transform((limit) => limit ?? null);

const requestsMax = 1_000_000_000;

export const AccountLimits = z.object({
  requestsPerHour: Limit(requestsMax),
  requestsPerDay: Limit(1_000 * requestsMax),
  requestsPerMonth: Limit(1_000 * requestsMax),
  requestsTotal: Limit(1_000 * requestsMax),
  concurrentStreams: Limit(100_000),
});
export type AccountLimits = z.infer<typeof AccountLimits>;

export const ChangeAccountLimits = AccountAct.extend(AccountLimits.shape);
export type ChangeAccountLimits = z.infer<typeof ChangeAccountLimits>;

export const ChangeAccountPlan = AccountAct.extend({
  planId: z
    .string({ error: "Choose a plan." })
    .regex(/^[0-9A-Za-z_-]{1,64}$/, { error: "Choose a plan." }),
});
export type ChangeAccountPlan = z.infer<typeof ChangeAccountPlan>;
