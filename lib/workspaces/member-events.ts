import "server-only";
import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/workspaces";
import type { Role } from "@/lib/scope";
import { emitEvents } from "@/lib/webhooks/emit";

/** Tells webhooks who joined a workspace, in the same transaction. */
export async function tellOfJoining(
  tx: Db,
  { workspaceId, userId, role }: { workspaceId: string; userId: string; role: Role },
): Promise<void> {
  const [user] = await tx
    .select({ user_id: users.id, name: users.name, email: users.email })
    .from(users)
    .where(eq(users.id, userId));
  if (!user) return;
  const data = { member: { ...user, role } };
  await emitEvents(tx, [{ workspaceId, type: "member.added", data }]);
}

/** Tells webhooks who is in a workspace no more, in the same transaction. */
export async function tellOfLeaving(
  tx: Db,
  workspaceId: string,
  { userId, name, email }: { userId: string; name: string; email: string },
): Promise<void> {
  const data = { member: { user_id: userId, name, email } };
  await emitEvents(tx, [{ workspaceId, type: "member.removed", data }]);
}
