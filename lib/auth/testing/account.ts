import { eq } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { createUser, startSession } from "@/lib/auth/mutations";
import { hashPassword } from "@/lib/auth/password";
import type { Scope } from "@/lib/scope";
import { createWorkspace } from "@/lib/workspaces/mutations";

export const testSecret = "a secret for tests that is long enough";
export const testPassword = "plumbers waltz slowly";
export const testVisitor = { address: "203.0.113.9", shared: false, userAgent: "test" };

let passwordHash: Promise<string> | undefined;

/** A user with a workspace of their own and a session; `password: null` for one who signs in elsewhere. */
export async function openTestAccount(
  db: Db,
  email: string,
  options: { password?: null; isVerified?: boolean } = {},
): Promise<Scope & { email: string; name: string }> {
  passwordHash ??= hashPassword(testPassword);
  const userId = await createUser(db, {
    name: "Ada",
    email,
    passwordHash: options.password === null ? null : await passwordHash,
    isVerified: options.isVerified ?? false,
  });
  const workspaceId = await createWorkspace(db, { name: "Personal", ownerId: userId });
  const sessionId = await startSession(db, { userId, workspaceId }, testVisitor);
  return { userId, workspaceId, sessionId, role: "owner", email, name: "Ada" };
}

/** The names of what a user's audit trail holds, oldest first. */
export async function actsOn(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .select({ action: auditLog.action })
    .from(auditLog)
    .where(eq(auditLog.targetId, userId))
    .orderBy(auditLog.at, auditLog.id);
  return rows.map(({ action }) => action);
}
