import "server-only";
import { and, eq, inArray } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, users } from "@/db/schema/workspaces";
import { may, rolesWith } from "@/lib/permissions";

export interface Recipient {
  userId: string;
  email: string;
}

/** A key as far as it decides who is told about it. */
export interface OwnedKey {
  id: string;
  workspaceId: string;
  /** The user who made it; told as long as they are a member. */
  createdBy: string;
}

/**
 * Who is told about what happens to each key, by the key's id: the owners and admins of its workspace,
 * and whoever made it. One query, whatever the number of keys.
 */
export async function listKeyRecipients(
  tx: Db,
  keys: readonly OwnedKey[],
): Promise<Map<string, Recipient[]>> {
  const workspaceIds = [...new Set(keys.map((key) => key.workspaceId))];
  if (workspaceIds.length === 0) return new Map();
  const rows = await tx
    .select({
      workspaceId: members.workspaceId,
      userId: users.id,
      email: users.email,
      role: members.role,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(inArray(members.workspaceId, workspaceIds))
    .orderBy(users.id);
  return new Map(
    keys.map((key) => [
      key.id,
      rows
        .filter(
          ({ workspaceId, role, userId }) =>
            workspaceId === key.workspaceId &&
            (may(role, "members.manage") || userId === key.createdBy),
        )
        .map(({ userId, email }) => ({ userId, email })),
    ]),
  );
}

/**
 * Who is told about a workspace's money, by the workspace's id: its owners, admins and billing members.
 * One query, whatever the number of workspaces.
 */
export async function listBillingRecipients(
  tx: Db,
  workspaceIds: readonly string[],
): Promise<Map<string, Recipient[]>> {
  const recipients = new Map<string, Recipient[]>();
  if (workspaceIds.length === 0) return recipients;
  const rows = await tx
    .select({ workspaceId: members.workspaceId, userId: users.id, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(
      and(
        inArray(members.workspaceId, [...new Set(workspaceIds)]),
        inArray(members.role, [...rolesWith("billing.manage")]),
      ),
    )
    .orderBy(users.id);
  for (const { workspaceId, ...recipient } of rows) {
    recipients.set(workspaceId, [...(recipients.get(workspaceId) ?? []), recipient]);
  }
  return recipients;
}

/**
 * Who is told about what a workspace's programs need, and about who comes and goes: its owners and admins,
 * but for `except`, who know.
 */
export async function listManagers(
  tx: Db,
  workspaceId: string,
  except: readonly string[] = [],
): Promise<Recipient[]> {
  const roles = rolesWith("members.manage");
  const rows = await tx
    .select({ userId: users.id, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), inArray(members.role, [...roles])))
    .orderBy(users.id);
  return rows.filter(({ userId }) => !except.includes(userId));
}
