import "server-only";
import type { TaskList } from "graphile-worker";
import { z } from "zod";
import type { Db } from "@/db/client";
import { tellOfEndpoint } from "@/lib/jobs/webhook-mails";
import { log } from "@/lib/log";
import { type Delivering, deliverWebhook } from "@/lib/webhooks/deliver";
import { deliverWebhookTask } from "@/lib/webhooks/request-attempts";

const DeliverWebhook = z.object({ deliveryId: z.string() });

/** The task that makes one attempt at one delivery of a webhook. What fails has its next attempt planned. */
export function makeWebhookTasks(db: Db, delivering: Omit<Delivering, "tell">): TaskList {
  return {
    async [deliverWebhookTask](payload) {
      const { deliveryId } = DeliverWebhook.parse(payload);
      const outcome = await deliverWebhook(db, deliveryId, { ...delivering, tell: tellOfEndpoint });
      if (outcome) {
        const { status, error, durationMs } = outcome;
        log.debug({ deliveryId, status, error, durationMs }, "webhook attempted");
      }
    },
  };
}
