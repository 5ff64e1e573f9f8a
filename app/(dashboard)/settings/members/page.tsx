import type { Metadata } from "next";
import { InvitationRows } from "@/app/(dashboard)/settings/members/invitation-rows";
import { InviteButton } from "@/app/(dashboard)/settings/members/invite-button";
import { MemberTable } from "@/app/(dashboard)/settings/members/member-table";
import { MembersSkeleton } from "@/app/(dashboard)/settings/members/members-skeleton";
import { soon } from "@/app/soon";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { listInvitations } from "@/lib/auth/invitation";
import { requirePageScope } from "@/lib/auth/session";
import { may, whyNot } from "@/lib/permissions";
import { listMembers } from "@/lib/workspaces/member-queries";

export const metadata: Metadata = { title: "Members" };

export default function MembersPage() {
  return soon(MembersContent(), <MembersSkeleton />);
}

async function MembersContent() {
  const scope = await requirePageScope("members.read");
  const canManage = may(scope.role, "members.manage");
  const canManageOwners = may(scope.role, "owners.manage");
  // Addresses of people outside are for those who may invite them.
  const [members, invitations] = await Promise.all([
    listMembers(getDb(), scope),
    canManage ? listInvitations(getDb(), scope) : [],
  ]);
  return (
    <div className="grid gap-5">
      <Section
        flush
        title="Members"
        description={
          canManage
            ? "Who is in this workspace, and what each may do."
            : `Who is in this workspace. ${whyNot("members.manage")}`
        }
        actions={canManage ? <InviteButton canInviteOwners={canManageOwners} /> : null}
      >
        <MemberTable
          members={members}
          ownId={scope.userId}
          canManage={canManage}
          canManageOwners={canManageOwners}
        />
      </Section>
      {canManage ? (
        <Section
          flush
          title="Invitations"
          description="Open for seven days. Whoever accepts becomes a member."
        >
          <InvitationRows invitations={invitations} canManageOwners={canManageOwners} />
        </Section>
      ) : null}
    </div>
  );
}
