import "server-only";
import { and, asc, desc, eq, gt, isNotNull, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { operators, supportViews } from "@/db/schema/operators";
import { members, sessions, users, workspaces } from "@/db/schema/workspaces";
import { AppError } from "@/lib/errors";
import type { Role, Scope, SignedIn, SupportView } from "@/lib/scope";

/** A session that nobody used for this long is over. */
const sessionIdleMax = sql`interval '24 hours'`;

/** Not ended, not past its absolute end, not idle: by the database's clock. */
function isLive() {
  return and(
    isNull(sessions.revokedAt),
    gt(sessions.expiresAt, sql`now()`),
    gt(sessions.lastSeenAt, sql`now() - ${sessionIdleMax}`),
  );
}

/** Who is signed in with a live session, and the workspace they act in. */
export interface LiveSession {
  sessionId: string;
  user: { id: string; name: string; email: string };
  /** Whether they may open the operator's console. */
  isOperator: boolean;
  /** As it stands at this moment; null for who is in no workspace. */
  membership: {
    workspace: { id: string; name: string; isSuspended: boolean; suspendedReason: string | null };
    role: Role;
    /** Set where an operator looks at the workspace as support: then they are no member. */
    supportView: SupportView | null;
  } | null;
  /** True when `last_seen_at` is old enough to be worth a write. */
  isSeenLongAgo: boolean;
}

/** What a live session's user may act on; null for who is in no workspace. */
export function scopeOf({ sessionId, user, membership }: LiveSession): Scope | null {
  if (!membership) return null;
  const { workspace, role, supportView } = membership;
  const scope = { workspaceId: workspace.id, userId: user.id, sessionId, role };
  return supportView === null ? scope : { ...scope, supportView };
}

/** A live session's user as themselves. */
export function signedInOf({ sessionId, user, membership }: LiveSession): SignedIn {
  // What an operator does as themselves meanwhile is no news of the account they look at.
  const workspaceId = membership && !membership.supportView ? membership.workspace.id : null;
  return { userId: user.id, sessionId, workspaceId };
}

/** An operator's look that is open: not left, its hour isn't over, and they are an operator still. */
function isOpenView() {
  return and(
    eq(supportViews.sessionId, sessions.id),
    eq(supportViews.userId, sessions.userId),
    isNull(supportViews.endedAt),
    gt(supportViews.expiresAt, sql`now()`),
    isNotNull(operators.userId),
  );
}

/**
 * The session with its user and workspace, or null when it has ended, expired, idled out or never was. The
 * workspace is the one that an operator looks at as support; else the wished one where the user is a member of
 * it; else the one they were in first.
 */
export async function findLiveSession(
  db: Db,
  sessionId: string,
  wishedWorkspaceId: string | null = null,
): Promise<LiveSession | null> {
  const [row] = await db
    .select({
      sessionId: sessions.id,
      user: { id: users.id, name: users.name, email: users.email },
      isOperator: sql<boolean>`${operators.userId} is not null`,
      viewId: supportViews.id,
      viewExpiresAt: supportViews.expiresAt,
      workspaceId: workspaces.id,
      workspaceName: workspaces.name,
      isSuspended: sql<boolean>`${workspaces.suspendedAt} is not null`,
      suspendedReason: workspaces.suspendedReason,
      role: members.role,
      isSeenLongAgo: sql<boolean>`${sessions.lastSeenAt} < now() - interval '1 minute'`,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(operators, eq(operators.userId, users.id))
    .leftJoin(supportViews, isOpenView())
    .leftJoin(members, and(eq(members.userId, users.id), isNull(supportViews.id)))
    .leftJoin(
      workspaces,
      sql`${workspaces.id} = coalesce(${supportViews.workspaceId}, ${members.workspaceId})`,
    )
    .where(and(eq(sessions.id, sessionId), isLive()))
    .orderBy(
      sql`(${members.workspaceId} = ${wishedWorkspaceId}) is true desc`,
      asc(members.createdAt),
      asc(members.workspaceId),
    )
    .limit(1);
  if (!row) return null;
  const { workspaceId, workspaceName, isSuspended, suspendedReason, role, ...rest } = row;
  const { viewId, viewExpiresAt, ...session } = rest;
  if (workspaceId === null || workspaceName === null) return { ...session, membership: null };
  const workspace = { id: workspaceId, name: workspaceName, isSuspended, suspendedReason };
  if (viewId !== null && viewExpiresAt !== null) {
    const supportView = { id: viewId, expiresAt: viewExpiresAt };
    return { ...session, membership: { workspace, role: "viewer", supportView } };
  }
  if (role === null) return { ...session, membership: null };
  return { ...session, membership: { workspace, role, supportView: null } };
}

/** What signing in needs to know of an account; null for an address nobody has. */
export async function findAccount(
  db: Db,
  email: string,
): Promise<{ userId: string; passwordHash: string | null; workspaceId: string | null } | null> {
  const [row] = await db
    .select({
      userId: users.id,
      passwordHash: users.passwordHash,
      workspaceId: members.workspaceId,
    })
    .from(users)
    .leftJoin(members, eq(members.userId, users.id))
    .where(eq(users.email, email))
    .orderBy(asc(members.createdAt), asc(members.workspaceId))
    .limit(1);
  return row ?? null;
}

export interface SessionSummary {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  address: string | null;
  userAgent: string | null;
  isCurrent: boolean;
}

/** The caller's own live sessions, this one first, then the most recently used; at most 100. */
export async function listSessions(db: Db, scope: Scope): Promise<SessionSummary[]> {
  const isCurrent = sql<boolean>`${sessions.id} = ${scope.sessionId}`;
  return await db
    .select({
      id: sessions.id,
      createdAt: sessions.createdAt,
      lastSeenAt: sessions.lastSeenAt,
      address: sessions.address,
      userAgent: sessions.userAgent,
      isCurrent,
    })
    .from(sessions)
    .where(and(eq(sessions.userId, scope.userId), isLive()))
    .orderBy(desc(isCurrent), desc(sessions.lastSeenAt), asc(sessions.id))
    .limit(100);
}

/** The caller's own account. Throws NOT_FOUND where it is gone. */
export async function requireUser(db: Db, scope: Scope) {
  const user = await findUser(db, scope.userId);
  if (!user) throw new AppError("NOT_FOUND");
  return user;
}

/** The account of an id, as mails and passwords need it; null for none. */
export async function findUser(
  db: Db,
  userId: string,
): Promise<{
  userId: string;
  workspaceId: string | null;
  name: string;
  email: string;
  isEmailVerified: boolean;
  hasPassword: boolean;
} | null> {
  const [row] = await db
    .select({
      userId: users.id,
      workspaceId: members.workspaceId,
      name: users.name,
      email: users.email,
      isEmailVerified: sql<boolean>`${users.emailVerifiedAt} is not null`,
      hasPassword: sql<boolean>`${users.passwordHash} is not null`,
    })
    .from(users)
    .leftJoin(members, eq(members.userId, users.id))
    .where(eq(users.id, userId))
    .orderBy(asc(members.createdAt), asc(members.workspaceId))
    .limit(1);
  return row ?? null;
}
