import { countText } from "@/lib/count-text";
import "server-only";
import { asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { plans } from "@/db/schema/workspaces";
import { DisplayName } from "@/lib/display-name";
import { AppError } from "@/lib/errors";

/** A limit as it was typed: a whole number above zero, or nothing for no limit. */
const Limit = z
  .string()
  .trim()
  .regex(/^\d{0,12}$/, "Enter a whole number, or nothing for no limit.")
  .transform((text) => (text === "" ? null : Number(text)))
  .refine((limit) => limit !== 0, { error: "Enter 1 or more; to stop an account, suspend it." });

const hourMax = 1_000_000_000;

export const UpdatePlan = z.object({
  id: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/),
  name: DisplayName,
  requestsPerHour: Limit.refine((limit) => limit === null || limit <= hourMax, {
    error: `Enter at most ${countText(hourMax)}.`,
  }),
  requestsPerDay: Limit,
  requestsPerMonth: Limit,
  requestsTotal: Limit,
  concurrentStreams: z
    .string()
    .trim()
    .regex(/^\d{1,6}$/, "Enter a whole number.")
    .transform(Number)
    .refine((count) => count >= 1 && count <= 100_000, { error: "Enter 1 to 100,000." }),
  selfService: z.boolean(),
});
export type UpdatePlan = z.output<typeof UpdatePlan>;

/** What each field is called in the audit log. */
const fieldNames: Record<Exclude<keyof UpdatePlan, "id">, string> = {
  name: "name",
  requestsPerHour: "requests an hour",
  requestsPerDay: "requests a day",
  requestsPerMonth: "requests a month",
  requestsTotal: "requests in total",
  concurrentStreams: "open streams",
  selfService: "who may switch to it",
};

/**
 * Changes a plan. Every account on it follows from the next request on, except where it has a limit of its
 * own; what counts against a limit already keeps counting. Answers each changed field in words, with what it
 * was and is. Call it inside a transaction. Throws NOT_FOUND.
 */
export async function updatePlan(
  tx: Db,
  { id, ...wanted }: UpdatePlan,
): Promise<{ field: string; from: string; to: string }[]> {
  const [plan] = await tx.select().from(plans).where(eq(plans.id, id)).for("update");
  if (!plan) throw new AppError("NOT_FOUND", "There is no such plan. Reload the page.");
  const text = (value: string | number | boolean | null) => (value === null ? "none" : `${value}`);
  const names = UpdatePlan.keyof().exclude(["id"]).options;
  const changes = names
    .filter((name) => plan[name] !== wanted[name])
    .map((name) => ({ field: fieldNames[name], from: text(plan[name]), to: text(wanted[name]) }));
  if (changes.length > 0) await tx.update(plans).set(wanted).where(eq(plans.id, id));
  return changes;
}

export interface PlanEntry {
  id: string;
  name: string;
  requestsPerHour: number | null;
  requestsPerDay: number | null;
  requestsPerMonth: number | null;
  requestsTotal: number | null;
  concurrentStreams: number;
  /** Whether customers may switch to it themselves. */
  selfService: boolean;
  /** Accounts on it, deleted ones left out. */
  accounts: number;
  /** Those of them that have a limit of their own. */
  overridden: number;
}

/** The plans, in their order, across all workspaces: for operators alone. */
export async function listPlanEntries(db: Db): Promise<PlanEntry[]> {
  const counts = await db.execute(sql`
    select plan_id, count(*)::int as accounts,
      (count(*) filter (where coalesce(requests_per_hour, requests_per_day, requests_per_month,
        requests_total, concurrent_streams) is not null))::int as overridden
    from workspaces where deleted_at is null group by plan_id`);
  const Counted = z.object({ plan_id: z.string(), accounts: z.number(), overridden: z.number() });
  const byPlan = new Map(
    counts.map((row) => {
      const { plan_id: id, accounts, overridden } = Counted.parse(row);
      return [id, { accounts, overridden }];
    }),
  );
  const rows = await db.select().from(plans).orderBy(asc(plans.position), asc(plans.id));
  return rows.map(({ position: _, ...plan }) => ({
    ...plan,
    ...(byPlan.get(plan.id) ?? { accounts: 0, overridden: 0 }),
  }));
}
