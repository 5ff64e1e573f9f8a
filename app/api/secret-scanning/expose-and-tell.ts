import "server-only";
import type { Db } from "@/db/client";
import { type ExposureReport, exposeKeys, type Finding } from "@/lib/keys/exposure";
import { queueMails } from "@/lib/mail/outbox";
import { listKeyRecipients } from "@/lib/mail/recipients";
import { keyExposedMail } from "@/lib/mail/templates";

/**
 * Revokes what was found in the open and tells the owners, both or neither. `reporter` is an address
 * that somebody left for questions, unchecked.
 */
export async function exposeAndTell(
  db: Db,
  findings: readonly Finding[],
  reporter: string | null = null,
): Promise<ExposureReport> {
  return await db.transaction(async (tx) => {
    const report = await exposeKeys(tx, findings);
    const recipients = await listKeyRecipients(tx, report.revoked);
    const notices = report.revoked.flatMap((key) => {
      const { id, workspaceId, source, url } = key;
      const message = keyExposedMail(key, { source, url, reporter });
      return (recipients.get(id) ?? []).map(({ userId, email }) => ({
        ...{ workspaceId, userId, kind: "key_exposed", reference: `key_exposed:${id}` },
        ...{ to: email, message },
      }));
    });
    await queueMails(tx, notices);
    return report;
  });
}
