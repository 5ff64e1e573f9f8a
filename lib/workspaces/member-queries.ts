import "server-only";
import { asc, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { members, users } from "@/db/schema/workspaces";
import { type Role, roles, type Scope } from "@/lib/scope";

export interface MemberSummary {
  userId: string;
  name: string;
  email: string;
  role: Role;
  since: Date;
  /** In this workspace; null for who hasn't come yet. */
  lastSeenAt: Date | null;
  /** Keys of this workspace that they made and that still work, or could again. */
  keyCount: number;
}

const listedMax = 500;

/** The workspace's members, by power and then by name. */
export async function listMembers(db: Db, { workspaceId }: Scope): Promise<MemberSummary[]> {
  // The builder leaves out a table's name where a statement has only one.
  const keyCount = sql`(
    select count(*) from api_keys k
    where k.workspace_id = members.workspace_id and k.created_by = members.user_id
      and k.revoked_at is null)`;
  return await db
    .select({
      userId: users.id,
      name: users.name,
      email: users.email,
      role: members.role,
      since: members.createdAt,
      lastSeenAt: members.lastSeenAt,
      keyCount: keyCount.mapWith(Number),
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(eq(members.workspaceId, workspaceId))
    .orderBy(
      sql`array_position(${sql.raw(`array['${roles.join("','")}']`)}, ${members.role})`,
      asc(users.name),
      asc(users.id),
    )
    .limit(listedMax);
}
