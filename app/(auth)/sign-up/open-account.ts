import "server-only";
import type { Db } from "@/db/client";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { wasHereBefore } from "@/lib/auth/former-address";
import { createUser } from "@/lib/auth/mutations";
import { grantWelcomeCredit } from "@/lib/billing/journal";
import { readEnv } from "@/lib/env";
import { createWorkspace } from "@/lib/workspaces/mutations";

export interface NewAccount {
  name: string;
  email: string;
  /** Null for who signs in elsewhere. */
  passwordHash: string | null;
  /** True when a mail to the address was read, or a provider vouches for it. */
  isVerified?: boolean;
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
  const { name, email, passwordHash, isVerified = false, welcomeNanos } = account;
  return await db.transaction(async (tx) => {
    const userId = await createUser(tx, { name, email, passwordHash, isVerified });
    const workspaceId = await createWorkspace(tx, { name: "Personal", ownerId: userId });
    // Whoever deleted an account and comes back was welcomed already.
    const isNew = !(await wasHereBefore(tx, email, readEnv().AUTH_SECRET));
    if (welcomeNanos > 0n && isNew) {
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
