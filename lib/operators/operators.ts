import "server-only";
import { asc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Db } from "@/db/client";
import { operators } from "@/db/schema/operators";
import { users } from "@/db/schema/workspaces";
import { recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";

export interface OperatorSummary {
  userId: string;
  name: string;
  email: string;
  addedAt: Date;
  /** The name of the operator who added them; null for the command line. */
  addedBy: string | null;
}

async function lockUser(tx: Db, email: string) {
  const normal = email.trim().normalize("NFC").toLowerCase();
  const [user] = await tx
    .select({
      id: users.id,
      email: users.email,
      isVerified: sql<boolean>`${users.emailVerifiedAt} is not null`,
    })
    .from(users)
    .where(eq(users.email, normal))
    .for("update");
  if (!user) {
    throw new AppError("NOT_FOUND", `Nobody has an account with the address ${normal}.`);
  }
  return user;
}

/**
 * Makes the user of an address an operator, from the command line. Throws NOT_FOUND for an address without an
 * account, VALIDATION_ERROR for one that nobody has confirmed, CONFLICT for who is one already.
 */
export async function addOperator(db: Db, email: string): Promise<void> {
  await db.transaction(async (tx) => {
    const user = await lockUser(tx, email);
    if (!user.isVerified) {
      throw new AppError(
        "VALIDATION_ERROR",
        `${user.email} isn’t confirmed: anybody could have typed it. Its owner confirms it in the settings.`,
      );
    }
    const added = await tx
      .insert(operators)
      .values({ userId: user.id })
      .onConflictDoNothing()
      .returning({ userId: operators.userId });
    if (added.length === 0) {
      throw new AppError("CONFLICT", `${user.email} is an operator already.`);
    }
    await recordOfOperator(tx, "operator.added", user);
  });
}

/** Takes somebody out, at once. Throws NOT_FOUND for an address without an account, CONFLICT for who is none. */
export async function removeOperator(db: Db, email: string): Promise<void> {
  await db.transaction(async (tx) => {
    const user = await lockUser(tx, email);
    const removed = await tx
      .delete(operators)
      .where(eq(operators.userId, user.id))
      .returning({ userId: operators.userId });
    if (removed.length === 0) throw new AppError("CONFLICT", `${user.email} is no operator.`);
    await recordOfOperator(tx, "operator.removed", user);
  });
}

async function recordOfOperator(
  tx: Db,
  action: "operator.added" | "operator.removed",
  user: { id: string; email: string },
): Promise<void> {
  await recordAudit(tx, {
    ...{ workspaceId: null, userId: null, action, targetType: "user", targetId: user.id },
    // Not the whole address: its owner may want it forgotten one day.
    details: { email: user.email.replace(/^(.).*@/, "$1…@"), by: "command line" },
  });
}

/** Everybody who is one, the first on top. */
export async function listOperators(db: Db): Promise<OperatorSummary[]> {
  const adders = alias(users, "adders");
  return await db
    .select({
      userId: operators.userId,
      name: users.name,
      email: users.email,
      addedAt: operators.addedAt,
      addedBy: adders.name,
    })
    .from(operators)
    .innerJoin(users, eq(users.id, operators.userId))
    .leftJoin(adders, eq(adders.id, operators.addedBy))
    .orderBy(asc(operators.addedAt), asc(operators.userId));
}
