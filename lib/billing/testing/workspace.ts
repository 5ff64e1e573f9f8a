import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { usageHourly } from "@/db/schema/usage";
import { users } from "@/db/schema/workspaces";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { createWorkspace } from "@/lib/workspaces/mutations";

/** A workspace of the test's own with its owner, and nothing on its balance. */
export async function createTestScope(db: Db, role: Scope["role"] = "owner"): Promise<Scope> {
  const userId = newId("user");
  await db.insert(users).values({ id: userId, name: "Test", email: `${userId}@example.test` });
  const workspaceId = await createWorkspace(db, { name: "Test", ownerId: userId });
  return { workspaceId, userId, sessionId: newId("session"), role };
}

/** Charges the balance the way `settle()` does: the budget and the roll-up of the hour together. */
export async function chargeUsage(
  db: Db,
  scope: Scope,
  hour: Date,
  costNanos: bigint,
  model = "gpt-4",
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      update budgets set used = used + ${costNanos}
      where workspace_id = ${scope.workspaceId} and kind = 'balance'
    `);
    await tx
      .insert(usageHourly)
      .values({
        workspaceId: scope.workspaceId,
        hour,
        keyId: "key_test",
        model,
        endpoint: "/v1/chat/completions",
        statusClass: 2,
        requests: 1,
        inputTokens: 1,
        outputTokens: 1,
        costNanos,
        latencyBuckets: Array.from({ length: 12 }, () => 0),
      })
      .onConflictDoUpdate({
        target: [
          usageHourly.workspaceId,
          usageHourly.hour,
          usageHourly.keyId,
          usageHourly.model,
          usageHourly.endpoint,
          usageHourly.statusClass,
        ],
        set: { costNanos: sql`${usageHourly.costNanos} + ${costNanos}` },
      });
  });
}
