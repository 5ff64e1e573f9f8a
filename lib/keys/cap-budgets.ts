import "server-only";
import { and, eq, gte, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { budgets } from "@/db/schema/budgets";
import { usageHourly } from "@/db/schema/usage";
import { newId } from "@/lib/id";
import type { KeyPower } from "@/lib/keys/power";
import { type CapInterval, capIntervals } from "@/lib/keys/terms";
import { addMs, dayMs, startOfDay, startOfMonth } from "@/lib/time";

/** When the period of a cap that runs at `now` began: 00:00 UTC of a day, Monday or first; the epoch. */
export function capWindowStart(interval: CapInterval, now: Date): Date {
  switch (interval) {
    case "day":
      return startOfDay(now);
    case "week": {
      const sinceMonday = (now.getUTCDay() + 6) % 7;
      return addMs(startOfDay(now), -sinceMonday * dayMs);
    }
    case "month":
      return startOfMonth(now);
    case "total":
      return new Date(0);
  }
}

/** When a cap's period ends and the next begins with nothing spent; null for the total. */
export function capResetsAt(interval: CapInterval, now: Date): Date | null {
  const start = capWindowStart(interval, now);
  switch (interval) {
    case "day":
      return addMs(start, dayMs);
    case "week":
      return addMs(start, 7 * dayMs);
    case "month":
      return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
    case "total":
      return null;
  }
}

async function spentSince(tx: Db, workspaceId: string, keyId: string, since: Date) {
  const [row] = await tx
    .select({ nanos: sql`coalesce(sum(${usageHourly.costNanos}), 0)`.mapWith(BigInt) })
    .from(usageHourly)
    .where(
      and(
        eq(usageHourly.workspaceId, workspaceId),
        eq(usageHourly.keyId, keyId),
        gte(usageHourly.hour, since),
      ),
    );
  return row?.nanos ?? 0n;
}

/** Sets what the key's open requests may still cost aside in a cap that came after them. */
async function holdOpenRequests(tx: Db, keyId: string, capId: string, since: Date): Promise<void> {
  await tx.execute(sql`
    with joined as (
      update holds set cap_ids = array_append(cap_ids, ${capId}::text)
      where key_id = ${keyId} and started_at >= ${since.toISOString()}::timestamptz
        and not cap_ids @> array[${capId}::text]
      returning amount_nanos
    )
    update budgets set held = held + (select coalesce(sum(amount_nanos), 0) from joined)
    where id = ${capId}`);
}

/**
 * Makes the running periods of caps that are set anew start from what the key has spent in them and
 * from what is held for its open requests, and gives changed ones their new limit.
 */
export async function seedCaps(
  tx: Db,
  key: { id: string; workspaceId: string },
  before: KeyPower["caps"],
  after: KeyPower["caps"],
  now: Date,
): Promise<void> {
  const changed = capIntervals.filter((interval) => before[interval] !== after[interval]);
  if (!changed.some((interval) => after[interval] !== null)) return;
  const { id: keyId, workspaceId } = key;
  // Settlements lock the balance first, so none comes between the sum and the rows.
  await tx
    .select({ id: budgets.id })
    .from(budgets)
    .where(
      and(
        eq(budgets.workspaceId, workspaceId),
        isNull(budgets.keyId),
        inArray(budgets.kind, ["balance", "rate"]),
      ),
    )
    .orderBy(budgets.id)
    .for("update");
  for (const interval of changed) {
    const limit = after[interval];
    if (limit === null) continue;
    const windowStart = capWindowStart(interval, now);
    const isNew = before[interval] === null;
    const used = isNew ? await spentSince(tx, workspaceId, keyId, windowStart) : 0n;
    const row = { workspaceId, keyId, kind: "cap", unit: "nanos", interval, windowStart } as const;
    if (isNew) {
      const [cap] = await tx
        .insert(budgets)
        .values({ id: newId("budget"), ...row, limit, used })
        .onConflictDoUpdate({
          target: [
            budgets.workspaceId,
            budgets.keyId,
            budgets.kind,
            budgets.unit,
            budgets.interval,
            budgets.windowStart,
          ],
          set: { limit, used },
        })
        .returning({ id: budgets.id });
      if (cap) await holdOpenRequests(tx, keyId, cap.id, windowStart);
    } else {
      await tx
        .update(budgets)
        .set({ limit })
        .where(
          and(
            eq(budgets.workspaceId, workspaceId),
            eq(budgets.keyId, keyId),
            eq(budgets.kind, "cap"),
            eq(budgets.unit, "nanos"),
            eq(budgets.interval, interval),
            eq(budgets.windowStart, windowStart),
          ),
        );
    }
  }
}
