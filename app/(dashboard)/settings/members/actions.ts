"use server";

import { refresh } from "next/cache";
import {
  changeMemberRole,
  handOver,
  takeOut,
} from "@/app/(dashboard)/settings/members/member-acts";
import { InvitationReference, Invite } from "@/app/(dashboard)/settings/members/schema";
import {
  type InvitationSent,
  sendInvitation,
  sendInvitationAgain,
} from "@/app/(dashboard)/settings/members/send-invitation";
import { createAction } from "@/lib/auth/action";
import { revokeInvitation } from "@/lib/auth/invitation";
import { requireRecentSignIn } from "@/lib/auth/recent";
import { requirePermission } from "@/lib/permissions";
import type { ActionResult } from "@/lib/result";
import type { Role } from "@/lib/scope";
import {
  ChangeRole,
  LeaveWorkspace,
  MemberReference,
  RemoveMember,
} from "@/lib/workspaces/member-schema";

const invite = createAction(Invite, async (context, input) => {
  const { db, scope } = context;
  if (input.role === "owner") {
    requirePermission(scope, "owners.manage");
    await requireRecentSignIn(db, scope);
  }
  const sent = await sendInvitation(db, scope, input, context);
  refresh();
  return sent;
});

const inviteAgain = createAction(InvitationReference, async (context, { invitationId }) => {
  const sent = await sendInvitationAgain(context.db, context.scope, invitationId, context);
  refresh();
  return sent;
});

const takeBack = createAction(InvitationReference, async (context, { invitationId }) => {
  const { db, scope } = context;
  await db.transaction((tx) => revokeInvitation(tx, scope, invitationId, context));
  refresh();
});

const giveRole = createAction(ChangeRole, async (context, input) => {
  const { db, scope } = context;
  if (input.role === "owner") {
    requirePermission(scope, "owners.manage");
    await requireRecentSignIn(db, scope);
  }
  await changeMemberRole(db, scope, input, context);
  // The frame says what its reader may do as well.
  refresh();
});

const transfer = createAction(MemberReference, async (context, input) => {
  const { db, scope } = context;
  requirePermission(scope, "owners.manage");
  await requireRecentSignIn(db, scope);
  await handOver(db, scope, input, context);
  refresh();
});

const remove = createAction(RemoveMember, async (context, input) => {
  const { db, scope } = context;
  requirePermission(scope, "members.manage");
  await takeOut(db, scope, input, context);
  refresh();
});

const leave = createAction(LeaveWorkspace, async (context, { keys }) => {
  const { db, scope } = context;
  await takeOut(db, scope, { userId: scope.userId, keys }, context);
});

/** Answers the link to pass on where no mail server is configured. */
export async function inviteMemberAction(input: {
  email: string;
  role: Role;
}): Promise<ActionResult<InvitationSent>> {
  return await invite(input);
}

/** The same for one that is open; the link before it opens nothing any more. */
export async function resendInvitationAction(input: {
  invitationId: string;
}): Promise<ActionResult<InvitationSent>> {
  return await inviteAgain(input);
}

export async function revokeInvitationAction(input: {
  invitationId: string;
}): Promise<ActionResult<void>> {
  return await takeBack(input);
}

export async function changeRoleAction(input: ChangeRole): Promise<ActionResult<void>> {
  return await giveRole(input);
}

export async function transferOwnershipAction(input: MemberReference): Promise<ActionResult<void>> {
  return await transfer(input);
}

export async function removeMemberAction(input: RemoveMember): Promise<ActionResult<void>> {
  return await remove(input);
}

/** Takes the caller out; the page that they go to next shows another workspace, or none. */
export async function leaveWorkspaceAction(input: LeaveWorkspace): Promise<ActionResult<void>> {
  return await leave(input);
}
