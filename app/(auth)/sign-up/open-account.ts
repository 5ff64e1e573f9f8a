import "server-only";
import type { Db } from "@/db/client";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { createUser } from "@/lib/auth/mutations";
import { grantWelcomeCredit } from "@/lib/billing/journal";
import { createWorkspace } from "@/lib/workspaces/mutations";

export interface NewAccount {
  name: string;
  email: string;
  passwordHash: string;
  /** Nano-dollars granted to the new workspace; none at zero. */
  welcomeNanos: bigint;
}

/**
 * Opens an account in one transaction: the user, a workspace of their own, its welcome credit, the audit
 * entry. Throws CONFLICT, and leaves nothing behind, when the address is taken.
 */
export async function openAccount(
  db: Db,
  account: NewAccount,
  origin: RequestOrigin,
): Promise<{ userId: string; workspaceId: string }> {
  const { name, email, passwordHash, welcomeNanos } = account;
  return await db.transaction(async (tx) => {
    const userId = await createUser(tx, { name, email, passwordHash });
    const workspaceId = await createWorkspace(tx, { name: "Personal", ownerId: userId });
    if (welcomeNanos > 0n) {
      await grantWelcomeCredit(tx, { workspaceId, amountNanos: welcomeNanos });
    }
    await recordAudit(tx, {
      workspaceId,
      userId,
      action: "user.signed_up",
      targetType: "user",
      targetId: userId,
      origin,
    });
    return { userId, workspaceId };
  });
}
