import "server-only";
import { and, eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, users } from "@/db/schema/workspaces";
import { newId } from "@/lib/id";
import type { MailMessage } from "@/lib/mail/message";
import { queueMails } from "@/lib/mail/outbox";

/** Queues a mail to the owners of an account, in the transaction of what it tells of. */
export async function tellOwners(
  tx: Db,
  workspaceId: string,
  kind: "account_suspended" | "account_restored",
  message: MailMessage,
): Promise<void> {
  const owners = await tx
    .select({ userId: users.id, to: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), eq(members.role, "owner")));
  const reference = `${kind}:${newId("event")}`;
  await queueMails(
    tx,
    owners.map((owner) => ({ ...owner, workspaceId, kind, reference, message })),
  );
}
