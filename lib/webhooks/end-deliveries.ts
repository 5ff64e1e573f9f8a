import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { webhookDeliveries } from "@/db/schema/webhooks";
import type { FailureReason } from "@/lib/webhooks/outcomes";

/**
 * Ends what still waits for an endpoint that takes nothing any more; it can be sent again once it does. An
 * attempt that runs keeps its claim, so that what comes of it is written down.
 */
export async function endPendingDeliveries(
  tx: Db,
  endpointId: string,
  reason: Extract<FailureReason, "disabled" | "deleted" | "suspended">,
): Promise<void> {
  await tx
    .update(webhookDeliveries)
    .set({
      state: "failed",
      nextAttemptAt: null,
      lastError: sql`coalesce(${webhookDeliveries.lastError}, ${reason})`,
    })
    .where(
      and(eq(webhookDeliveries.endpointId, endpointId), eq(webhookDeliveries.state, "pending")),
    );
}
