import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { Scope } from "@/lib/scope";
import type { PlannedBucket, UsagePlan } from "@/lib/usage/buckets";
import { labelGroup, readKeyNames } from "@/lib/usage/queries";
import { cutStatement, SumsRow, sumsOfSums, toSums } from "@/lib/usage/roll-ups";
import type { UsageQuery } from "@/lib/usage/schema";
import type { Sums } from "@/lib/usage/shape";

/** Buckets read at a time: a statement stays short and its rows few, however long the range. */
const bucketsAtOnce = 31;

const Row = SumsRow.extend({ bucket: z.coerce.number().int(), group_id: z.string() });

export interface UsageExportRow extends Sums {
  bucket: PlannedBucket;
  groupId: string;
  label: string;
}

/**
 * Every group of every bucket, all of them by name, in the order of time and then by cost, a batch of
 * buckets at a time. Buckets without requests have no row, unless nothing is split: then each has one.
 */
export async function* exportUsage(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  query: UsageQuery,
  plan: UsagePlan,
): AsyncGenerator<UsageExportRow[]> {
  for (let first = 0; first < plan.buckets.length; first += bucketsAtOnce) {
    const buckets = plan.buckets.slice(first, first + bucketsAtOnce);
    const cut = cutStatement({
      workspaceId: scope.workspaceId,
      query,
      group: query.group,
      spans: buckets,
      withLatency: true,
    });
    const found = await db.execute(sql`
      select c.bucket, c.group_id, ${sumsOfSums(true)} from (${cut}) as c
      group by 1, 2
      order by 1, sum(c.cost_nanos) desc, sum(c.requests) desc, 2`);
    const rows = found.map((row) => Row.parse(row));
    const keyIds = query.group === "key" ? rows.map((row) => row.group_id) : [];
    const keyNames = await readKeyNames(db, scope, keyIds);
    const label = (id: string) => labelGroup(query.group, id, keyNames);
    yield buckets.flatMap((bucket, place): UsageExportRow[] => {
      const own = rows.filter((row) => row.bucket === place);
      if (own.length === 0 && query.group === "none") {
        return [{ bucket, groupId: "", label: label(""), ...nothing }];
      }
      return own.map((row) => ({
        bucket,
        groupId: row.group_id,
        label: label(row.group_id),
        ...toSums(row),
      }));
    });
  }
}

const nothing: Sums = {
  costNanos: 0n,
  requests: 0n,
  inputTokens: 0n,
  outputTokens: 0n,
  errors: 0n,
  latencyCounts: [],
};
