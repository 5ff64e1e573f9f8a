import "server-only";
import type { Db } from "@/db/client";
import type { RequestOrigin } from "@/lib/audit/record";
import { forgetUser, lockOwnUser } from "@/lib/auth/delete-user";
import { rememberAddress } from "@/lib/auth/former-address";
import { readClock } from "@/lib/billing/clock";
import { forgetCard } from "@/lib/billing/profile-mutations";
import { readFunds } from "@/lib/billing/queries";
import { AppError } from "@/lib/errors";
import { endAllKeys } from "@/lib/keys/end-keys";
import { farewellMail } from "@/lib/mail/farewell-template";
import { forgetMailsTo, queueMail } from "@/lib/mail/outbox";
import type { Scope } from "@/lib/scope";
import { endAllEndpoints } from "@/lib/webhooks/mutations";
import { type EndingWorkspace, leaveWorkspaces } from "@/lib/workspaces/delete-workspace";

export interface DeletedAccount {
  /** Saved cards that are forgotten here, and are still to be at their providers. */
  cards: { provider: "demo" | "stripe" | null; paymentMethodId: string }[];
}

/**
 * Deletes the caller's account in one transaction: their sessions, their workspaces with every key and saved
 * card, and all that tells who they were. The ledger and the audit trail stay. Whoever calls waits until every
 * gateway knows (`createAction` does), and then no request is accepted any more.
 *
 * Throws VALIDATION_ERROR unless `confirmation` is the account's address; CONFLICT where others would be
 * left in a workspace without an owner.
 */
export async function deleteAccount(
  db: Db,
  scope: Scope,
  { confirmation, authSecret }: { confirmation: string; authSecret: string },
  origin: RequestOrigin,
): Promise<DeletedAccount> {
  const { userId } = scope;
  return await db.transaction(async (tx) => {
    const { email } = await lockOwnUser(tx, scope);
    if (confirmation.trim().toLowerCase() !== email) {
      const message = "Type the address of your account.";
      throw new AppError("VALIDATION_ERROR", message, { fields: { confirmation: message } });
    }
    const ended = await leaveWorkspaces(tx, userId, origin);
    const cards: DeletedAccount["cards"] = [];
    const balances: (EndingWorkspace & { balanceNanos: bigint })[] = [];
    for (const workspace of ended) {
      const { id: workspaceId } = workspace;
      await endAllKeys(tx, workspaceId, userId, origin);
      await endAllEndpoints(tx, workspaceId);
      const card = await forgetCard(tx, { ...scope, workspaceId, role: "owner" }, origin);
      if (card) cards.push(card);
      const { balanceNanos } = await readFunds(tx, { workspaceId });
      balances.push({ ...workspace, balanceNanos });
    }
    await forgetMailsTo(tx, { userId, address: email });
    await forgetUser(tx, scope, email, origin);
    await rememberAddress(tx, email, authSecret);
    await queueMail(tx, {
      // Nobody's any more: it belongs to no account and no workspace.
      ...{ workspaceId: null, userId: null, kind: "account_deleted", to: email },
      reference: `account_deleted:${userId}`,
      message: farewellMail({ deletedAt: await readClock(tx), workspaces: balances }),
    });
    return { cards };
  });
}
