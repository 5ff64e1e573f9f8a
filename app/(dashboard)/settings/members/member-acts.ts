import "server-only";
import { mailPerson } from "@/app/(auth)/account-mails";
import { readNames, tellManagers } from "@/app/(dashboard)/settings/members/tell";
import type { Db } from "@/db/client";
import type { RequestOrigin } from "@/lib/audit/record";
import { endKeysOf } from "@/lib/keys/end-keys";
import { memberLeftMail, removedMail, roleChangedMail } from "@/lib/mail/member-templates";
import type { Role, Scope } from "@/lib/scope";
import type { ChangeRole, MemberReference, RemoveMember } from "@/lib/workspaces/member-schema";
import {
  type ConcernedMember,
  changeRole,
  removeMember,
  transferOwnership,
} from "@/lib/workspaces/members";

async function tellOfRole(
  tx: Db,
  scope: Scope,
  member: ConcernedMember,
  role: Role,
): Promise<void> {
  if (member.userId === scope.userId) return;
  const names = await readNames(tx, scope);
  const mail = roleChangedMail({ ...names, from: member.role, to: role });
  await mailPerson(tx, member, "role_changed", mail);
}

/** Gives a member another role and tells them. Throws as `changeRole` does. */
export async function changeMemberRole(
  db: Db,
  scope: Scope,
  input: ChangeRole,
  origin: RequestOrigin,
): Promise<void> {
  await db.transaction(async (tx) => {
    const member = await changeRole(tx, scope, input, origin);
    if (member) await tellOfRole(tx, scope, member, input.role);
  });
}

/** Makes a member the owner in the caller's place and tells them. Throws as `transferOwnership` does. */
export async function handOver(
  db: Db,
  scope: Scope,
  input: MemberReference,
  origin: RequestOrigin,
): Promise<void> {
  await db.transaction(async (tx) => {
    const member = await transferOwnership(tx, scope, input, origin);
    await tellOfRole(tx, scope, member, "owner");
  });
}

/**
 * Takes a member out of the workspace, or the caller themselves, with the keys that they made if that is wanted:
 * in one transaction, so that nobody is out whose keys are forgotten. Throws as `removeMember` does.
 */
export async function takeOut(
  db: Db,
  scope: Scope,
  input: RemoveMember,
  origin: RequestOrigin,
): Promise<void> {
  await db.transaction(async (tx) => {
    const member = await removeMember(tx, scope, input, input.keys, origin);
    const areKeysRevoked =
      input.keys === "revoke" && (await endKeysOf(tx, scope, member.userId, origin)) > 0;
    const { workspaceName, actorName } = await readNames(tx, scope);
    const isOwn = member.userId === scope.userId;
    if (!isOwn) {
      const mail = removedMail({ workspaceName, actorName, areKeysRevoked });
      await mailPerson(tx, member, "member_removed", mail);
    }
    const told = memberLeftMail({
      ...{ workspaceName, areKeysRevoked, actorName: isOwn ? null : actorName },
      ...{ memberName: member.name, memberEmail: member.email },
    });
    const knowing = [scope.userId, member.userId];
    await tellManagers(tx, scope.workspaceId, knowing, "member_left", told);
  });
}
