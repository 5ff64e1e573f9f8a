import "server-only";
import { timingSafeEqual } from "node:crypto";
import { and, asc, count, eq, gt, isNull, lt, not, type SQL, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { invitations, members, users, workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import type { ClientAddress } from "@/lib/auth/address";
import { hashSecret, makeSecret } from "@/lib/auth/mail-token";
import {
  forgiveAttempt,
  type ThrottlePolicy,
  takeAttempt,
  takeLinkAttempt,
  tooManyAttempts,
} from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { type PermissionName, requirePermission, rolesWith } from "@/lib/permissions";
import type { Role, Scope, SignedIn } from "@/lib/scope";
import { hourMs } from "@/lib/time";
import { addMember, lockMembers } from "@/lib/workspaces/members";

export const invitationDays = 7;
export const pendingMax = 50;

/** Wrong secrets that a link survives. */
const attemptsMax = 5;

const tokenForm = /^(inv_[0-9a-hjkmnp-tv-z]{26})\.([A-Za-z0-9_-]{43})$/;

const sendPolicy: ThrottlePolicy = { kind: "window", failuresMax: 20, windowMs: hourMs };
const againPolicy: ThrottlePolicy = { kind: "window", failuresMax: 1, windowMs: 60_000 };

/** What somebody needs to invite others in a role: only owners make owners. */
export function permissionToInvite(role: Role): PermissionName {
  return role === "owner" ? "owners.manage" : "members.manage";
}

const rolesText = (permission: PermissionName) =>
  sql.join(
    rolesWith(permission).map((role) => sql`${role}`),
    sql`, `,
  );

/**
 * Not accepted, revoked, too old or tried too often, and its inviter could still send it: who is removed or loses
 * their role takes with them what they had sent.
 */
function isLive(): SQL | undefined {
  // The builder leaves out a table's name where a statement has only one, and then both sides were the inner one's.
  const isInviterEntitled = sql`exists (
    select from members inviter
    where inviter.workspace_id = invitations.workspace_id and inviter.user_id = invitations.invited_by
      and (inviter.role in (${rolesText("owners.manage")})
        or (invitations.role <> 'owner' and inviter.role in (${rolesText("members.manage")}))))`;
  return and(
    isNull(invitations.acceptedAt),
    isNull(invitations.revokedAt),
    gt(invitations.expiresAt, sql`now()`),
    lt(invitations.attempts, attemptsMax),
    isInviterEntitled,
  );
}

/** `a…@example.com`: told apart, and not the address, which its owner may want forgotten one day. */
function hintOf(email: string): string {
  const at = email.lastIndexOf("@");
  return `${Array.from(email)[0] ?? ""}…${email.slice(at)}`;
}

/** Counts an invitation that is sent, or throws RATE_LIMITED: twenty an hour for a workspace and for a person. */
export async function takeInvitationAttempt(db: Db, scope: Scope): Promise<void> {
  for (const subject of [scope.workspaceId, scope.userId]) {
    const wait = await takeAttempt(db, `invitation:${subject}`, sendPolicy);
    if (wait > 0) throw tooManyAttempts(wait);
  }
}

async function requireRoom(tx: Db, workspaceId: string): Promise<void> {
  const [pending] = await tx
    .select({ count: count() })
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), isLive()));
  if ((pending?.count ?? 0) < pendingMax) return;
  throw new AppError(
    "LIMIT_REACHED",
    `${pendingMax} invitations are open, and that is the most. Revoke some that aren’t needed.`,
  );
}

const refusedAddress = (message: string) =>
  new AppError("CONFLICT", message, { fields: { email: message } });

async function requireNoMember(tx: Db, workspaceId: string, email: string): Promise<void> {
  const [member] = await tx
    .select({ userId: users.id })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), eq(users.email, email)));
  if (member) throw refusedAddress("They are in this workspace already.");
}

export interface SentInvitation {
  id: string;
  email: string;
  role: Role;
  /** What goes into the link: the row's id and its secret, of which only a hash is kept. */
  token: string;
}

/**
 * Makes an invitation for a week. It says nothing about whether the address has an account. `isMailed` is whether
 * the link reaches its address alone.
 *
 * Throws FORBIDDEN, CONFLICT at `email` (a member, or invited already), LIMIT_REACHED at fifty open ones.
 */
export async function createInvitation(
  tx: Db,
  caller: Scope,
  { email, role }: { email: string; role: Role },
  isMailed: boolean,
  origin: RequestOrigin,
): Promise<SentInvitation> {
  requirePermission(caller, permissionToInvite(role));
  const scope = await lockMembers(tx, caller);
  requirePermission(scope, permissionToInvite(role));
  const { workspaceId, userId } = scope;
  await requireNoMember(tx, workspaceId, email);
  // One that opens nothing any more doesn't stand in the way of another.
  await tx
    .update(invitations)
    .set({ revokedAt: sql`now()` })
    .where(
      and(
        eq(invitations.workspaceId, workspaceId),
        eq(invitations.email, email),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        not(isLive() ?? sql`true`),
      ),
    );
  await requireRoom(tx, workspaceId);
  const id = newId("invitation");
  const secret = makeSecret();
  const made = await tx
    .insert(invitations)
    .values({
      ...{ id, workspaceId, email, role, isMailed, invitedBy: userId },
      secretHash: hashSecret(secret),
      expiresAt: sql`now() + make_interval(days => ${invitationDays}::int)`,
    })
    .onConflictDoNothing()
    .returning({ id: invitations.id });
  if (made.length === 0) {
    throw refusedAddress("They are invited already. Send it again from the list.");
  }
  await recordAudit(tx, {
    ...{ workspaceId, userId, targetType: "invitation", targetId: id, origin },
    action: "invitation.created",
    details: { address: hintOf(email), role },
  });
  return { id, email, role, token: `${id}.${secret}` };
}

/** A live invitation of the locked workspace. Throws NOT_FOUND, for another's as for none. */
async function findOwn(tx: Db, { workspaceId }: Scope, id: string) {
  const [own] = await tx
    .select({ id: invitations.id, email: invitations.email, role: invitations.role })
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.id, id), isLive()));
  if (!own) throw new AppError("NOT_FOUND", "This invitation isn’t open any more.");
  return own;
}

/** Makes another link for a week; the one before opens nothing from then on. Throws as above, and NOT_FOUND. */
export async function renewInvitation(
  tx: Db,
  caller: Scope,
  id: string,
  isMailed: boolean,
  origin: RequestOrigin,
): Promise<SentInvitation> {
  requirePermission(caller, "members.manage");
  const scope = await lockMembers(tx, caller);
  const own = await findOwn(tx, scope, id);
  requirePermission(scope, permissionToInvite(own.role));
  const wait = await takeAttempt(tx, `invitation:again:${id}`, againPolicy);
  if (wait > 0) throw tooManyAttempts(wait);
  const secret = makeSecret();
  await tx
    .update(invitations)
    .set({
      ...{ secretHash: hashSecret(secret), isMailed, attempts: 0, invitedBy: scope.userId },
      sentAt: sql`now()`,
      expiresAt: sql`now() + make_interval(days => ${invitationDays}::int)`,
    })
    .where(eq(invitations.id, id));
  await recordAudit(tx, {
    ...{ workspaceId: scope.workspaceId, userId: scope.userId, origin },
    ...{ targetType: "invitation", targetId: id, action: "invitation.renewed" as const },
    details: { address: hintOf(own.email), role: own.role },
  });
  return { ...own, token: `${id}.${secret}` };
}

/** Ends an invitation: its link opens nothing from then on. Throws FORBIDDEN, NOT_FOUND. */
export async function revokeInvitation(
  tx: Db,
  caller: Scope,
  id: string,
  origin: RequestOrigin,
): Promise<void> {
  requirePermission(caller, "members.manage");
  const scope = await lockMembers(tx, caller);
  const own = await findOwn(tx, scope, id);
  requirePermission(scope, permissionToInvite(own.role));
  await tx.update(invitations).set({ revokedAt: sql`now()` }).where(eq(invitations.id, id));
  await recordAudit(tx, {
    ...{ workspaceId: scope.workspaceId, userId: scope.userId, origin },
    ...{ targetType: "invitation", targetId: id, action: "invitation.revoked" as const },
    details: { address: hintOf(own.email), role: own.role },
  });
}

export interface OpenInvitation {
  id: string;
  email: string;
  role: Role;
  inviterName: string;
  sentAt: Date;
  expiresAt: Date;
}

/** What is open, the newest on top. For those who may invite: the addresses are of people outside. */
export async function listInvitations(db: Db, scope: Scope): Promise<OpenInvitation[]> {
  return await db
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      inviterName: users.name,
      sentAt: invitations.sentAt,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .innerJoin(users, eq(users.id, invitations.invitedBy))
    .where(and(eq(invitations.workspaceId, scope.workspaceId), isLive()))
    .orderBy(sql`${invitations.createdAt} desc`, asc(invitations.id))
    .limit(pendingMax);
}

/** An invitation that was shown with its right secret and still counts. */
export interface ShownInvitation {
  id: string;
  email: string;
  role: Role;
  isMailed: boolean;
  invitedBy: string;
  inviterName: string;
  workspace: { id: string; name: string };
}

/**
 * Looks at an invitation without using it. Throws INVALID_TOKEN, in the same words, for one that is malformed,
 * unknown, used, revoked, too old or with a wrong secret, and RATE_LIMITED for who tries many.
 */
export async function readInvitation(
  db: Db,
  text: string,
  from: ClientAddress,
): Promise<ShownInvitation> {
  const [, id, secret] = tokenForm.exec(text) ?? [];
  const attempt = await takeLinkAttempt(db, from);
  if (id === undefined || secret === undefined) throw new AppError("INVALID_TOKEN");
  const [row] = await db
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      isMailed: invitations.isMailed,
      invitedBy: invitations.invitedBy,
      secretHash: invitations.secretHash,
      inviterName: users.name,
      workspace: { id: workspaces.id, name: workspaces.name },
    })
    .from(invitations)
    .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .innerJoin(users, eq(users.id, invitations.invitedBy))
    .where(and(eq(invitations.id, id), isNull(workspaces.deletedAt), isLive()));
  if (!row) throw new AppError("INVALID_TOKEN");
  if (!timingSafeEqual(row.secretHash, hashSecret(secret))) {
    await db
      .update(invitations)
      .set({ attempts: sql`${invitations.attempts} + 1` })
      .where(eq(invitations.id, id));
    throw new AppError("INVALID_TOKEN");
  }
  await forgiveAttempt(db, attempt);
  const { secretHash: _, ...shown } = row;
  return shown;
}

/**
 * Makes the caller a member, once, where the invitation went to their address. Who is a member already stays what
 * they are. Answers whether they are new. Throws FORBIDDEN for another address, INVALID_TOKEN for what was
 * used, revoked or renewed meanwhile.
 */
export async function acceptInvitation(
  tx: Db,
  { userId }: SignedIn,
  invitation: ShownInvitation,
  origin: RequestOrigin,
): Promise<boolean> {
  const { id, role, email, workspace } = invitation;
  // Who changes their address or deletes their account, and who leaves, loses a role or deletes the workspace,
  // comes before this or after.
  const [user] = await tx
    .select({ email: users.email })
    .from(users)
    .where(eq(users.id, userId))
    .for("share");
  await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspace.id))
    .for("no key update");
  if (user?.email !== email) {
    throw new AppError("FORBIDDEN", "This invitation is for another address than yours.");
  }
  const [spent] = await tx
    .update(invitations)
    .set({ acceptedAt: sql`now()`, acceptedBy: userId })
    .where(and(eq(invitations.id, id), isLive()))
    .returning({ id: invitations.id });
  if (!spent) throw new AppError("INVALID_TOKEN");
  return await addMember(tx, { workspaceId: workspace.id, userId, role }, origin);
}
