import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { connectedAccounts, members, users } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

/** Somebody as a provider vouches for them. */
export interface ProviderIdentity {
  /** The provider's id here: `oidc`, `github`, `google`. */
  provider: string;
  /** The provider's lasting id of the person. */
  subject: string;
  email: string | null;
  isEmailVerified: boolean;
  name: string;
}

/** The account here that an account there opens; null where they were never connected. */
export async function findConnectedUser(
  db: Db,
  identity: Pick<ProviderIdentity, "provider" | "subject">,
): Promise<{ userId: string; workspaceId: string | null } | null> {
  const [row] = await db
    .select({ userId: connectedAccounts.userId, workspaceId: members.workspaceId })
    .from(connectedAccounts)
    .leftJoin(members, eq(members.userId, connectedAccounts.userId))
    .where(
      and(
        eq(connectedAccounts.provider, identity.provider),
        eq(connectedAccounts.subject, identity.subject),
      ),
    )
    .orderBy(members.createdAt, members.workspaceId)
    .limit(1);
  return row ?? null;
}

/** Notes that a connected account was used to come in. */
export async function touchConnected(
  db: Db,
  identity: Pick<ProviderIdentity, "provider" | "subject">,
): Promise<void> {
  await db
    .update(connectedAccounts)
    .set({ lastUsedAt: sql`now()` })
    .where(
      and(
        eq(connectedAccounts.provider, identity.provider),
        eq(connectedAccounts.subject, identity.subject),
      ),
    );
}

/**
 * Connects an account elsewhere with a user here. Throws CONFLICT where it opens another user's account, or this
 * user has one of that provider already.
 */
export async function connectAccount(
  tx: Db,
  owner: { userId: string; workspaceId: string | null },
  identity: ProviderIdentity,
  origin: RequestOrigin,
): Promise<void> {
  const [row] = await tx
    .insert(connectedAccounts)
    .values({
      provider: identity.provider,
      subject: identity.subject,
      userId: owner.userId,
      email: identity.email,
      lastUsedAt: sql`now()`,
    })
    .onConflictDoNothing()
    .returning({ userId: connectedAccounts.userId });
  if (!row) {
    throw new AppError(
      "CONFLICT",
      "This account is connected already, here or with somebody else.",
    );
  }
  await recordAudit(tx, {
    workspaceId: owner.workspaceId,
    userId: owner.userId,
    action: "connected_account.linked",
    targetType: "user",
    targetId: owner.userId,
    details: { provider: identity.provider },
    origin,
  });
}

/** A connected account as Settings shows it. */
export interface ConnectedAccount {
  provider: string;
  email: string | null;
  createdAt: Date;
}

/** The caller's connected accounts, and whether they have a password as well. */
export async function listConnected(
  db: Db,
  scope: Scope,
): Promise<{ accounts: ConnectedAccount[]; hasPassword: boolean }> {
  const [user] = await db
    .select({ hasPassword: sql<boolean>`${users.passwordHash} is not null` })
    .from(users)
    .where(eq(users.id, scope.userId));
  const accounts = await db
    .select({
      provider: connectedAccounts.provider,
      email: connectedAccounts.email,
      createdAt: connectedAccounts.createdAt,
    })
    .from(connectedAccounts)
    .where(eq(connectedAccounts.userId, scope.userId))
    .orderBy(connectedAccounts.provider);
  return { accounts, hasPassword: user?.hasPassword ?? false };
}

/**
 * Disconnects the caller's account at a provider. Throws NOT_FOUND where there is none, and LIMIT_REACHED where it is
 * the last way in: without a password and without another account of a provider that is still `configured`.
 */
export async function disconnectAccount(
  tx: Db,
  scope: Scope,
  provider: string,
  configured: readonly string[],
  origin: RequestOrigin,
): Promise<void> {
  // Two at once must not take away the last two.
  await tx.select({ id: users.id }).from(users).where(eq(users.id, scope.userId)).for("update");
  const { accounts, hasPassword } = await listConnected(tx, scope);
  if (!accounts.some((account) => account.provider === provider)) {
    throw new AppError("NOT_FOUND", "This account isn’t connected.");
  }
  const isAnother = accounts.some(
    (account) => account.provider !== provider && configured.includes(account.provider),
  );
  if (!hasPassword && !isAnother) {
    throw new AppError(
      "LIMIT_REACHED",
      "This is your only way to sign in. Choose a password first, or connect another account.",
    );
  }
  await tx
    .delete(connectedAccounts)
    .where(
      and(eq(connectedAccounts.userId, scope.userId), eq(connectedAccounts.provider, provider)),
    );
  await recordAudit(tx, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    action: "connected_account.unlinked",
    targetType: "user",
    targetId: scope.userId,
    details: { provider },
    origin,
  });
}
