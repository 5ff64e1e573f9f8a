import "server-only";
import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users, workspaces } from "@/db/schema/workspaces";
import { newId } from "@/lib/id";
import type { MailMessage } from "@/lib/mail/message";
import { queueMails } from "@/lib/mail/outbox";
import { listManagers } from "@/lib/mail/recipients";
import { withoutUnwanted } from "@/lib/notifications/choices";
import type { Scope } from "@/lib/scope";

/** How the workspace and who acts are called, for a mail. */
export async function readNames(
  tx: Db,
  scope: Pick<Scope, "workspaceId" | "userId">,
): Promise<{ workspaceName: string; actorName: string }> {
  const [workspace] = await tx
    .select({ name: workspaces.name })
    .from(workspaces)
    .where(eq(workspaces.id, scope.workspaceId));
  const [actor] = await tx
    .select({ name: users.name })
    .from(users)
    .where(eq(users.id, scope.userId));
  return { workspaceName: workspace?.name ?? "", actorName: actor?.name ?? "" };
}

/** Queues a mail to the owners and admins who want to hear of members, but for those who know already. */
export async function tellManagers(
  tx: Db,
  workspaceId: string,
  except: readonly string[],
  kind: "member_joined" | "member_left",
  message: MailMessage,
): Promise<void> {
  const reference = `${kind}:${newId("event")}`;
  const mails = (await listManagers(tx, workspaceId, except)).map(({ userId, email }) => ({
    ...{ workspaceId, userId, to: email, kind, reference, message },
  }));
  await queueMails(tx, await withoutUnwanted(tx, mails));
}
