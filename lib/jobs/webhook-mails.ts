import "server-only";
import type { Db } from "@/db/client";
import { queueMails } from "@/lib/mail/outbox";
import { listManagers } from "@/lib/mail/recipients";
import { webhookDisabledMail, webhookFailingMail } from "@/lib/mail/webhook-templates";
import { disableFailures, type FailureNotice } from "@/lib/webhooks/attempt-state";

/** Tells the owners and admins that an endpoint keeps failing, or is disabled for it. */
export async function tellOfEndpoint(tx: Db, notice: FailureNotice): Promise<void> {
  const { workspaceId, endpointId, url, failures, disabled, at } = notice;
  const endpoint = { id: endpointId, url };
  const message = disabled
    ? webhookDisabledMail(endpoint, disabled, failures)
    : webhookFailingMail(endpoint, { failures, disabledAt: disableFailures });
  const kind = disabled ? "webhook_disabled" : "webhook_failing";
  const readers = await listManagers(tx, workspaceId);
  await queueMails(
    tx,
    readers.map(({ userId, email }) => ({
      ...{ workspaceId, userId, kind, to: email, message },
      reference: `${kind}:${endpointId}:${at.getTime()}`,
    })),
  );
}
