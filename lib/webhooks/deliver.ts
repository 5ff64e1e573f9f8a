import "server-only";
import type { Db } from "@/db/client";
import { claimDelivery, endAttempt, type TellOfFailures } from "@/lib/webhooks/attempt-state";
import { type Outcome, sendMessage } from "@/lib/webhooks/send";
import { openSecret, type WebhookSettings } from "@/lib/webhooks/settings";

/**
 * An attempt that has run for so long belongs to a worker that is dead: it takes fifteen seconds at most. A
 * minute later somebody has found that out (`requestDueDeliveries`).
 */
export const stalledSecondsDefault = 60;

export interface Delivering {
  settings: WebhookSettings;
  /** Called where an endpoint keeps failing. */
  tell: TellOfFailures;
  stalledSeconds?: number;
  timeoutMs?: number;
}

/**
 * Makes the next attempt at a delivery, if it is due and there is room at its endpoint. Asking for the same
 * one twice does no harm: one attempt of a delivery runs at a time. Answers what came of it, null where
 * there was nothing to do.
 */
export async function deliverWebhook(
  db: Db,
  deliveryId: string,
  { settings, tell, stalledSeconds = stalledSecondsDefault, timeoutMs }: Delivering,
): Promise<Outcome | null> {
  const claim = await claimDelivery(db, deliveryId, stalledSeconds);
  if (!claim) return null;
  const { messageId: id, url, body, at } = claim;
  const secrets = claim.secrets.flatMap(
    (sealed) => openSecret(settings, claim.endpointId, sealed) ?? [],
  );
  const outcome: Outcome =
    secrets.length === 0
      ? unreadable(at)
      : await sendMessage(
          settings,
          { id, url, body, secrets },
          { now: at, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
        );
  await endAttempt(db, claim, outcome, tell);
  return outcome;
}

/** The deployment's secret has changed since the endpoint was made: nothing can be signed. */
function unreadable(at: Date): Outcome {
  const none = { status: null, retryAfterMs: null, answer: "", answerBytes: 0 };
  return { at, durationMs: 0, error: "secret", ...none };
}
