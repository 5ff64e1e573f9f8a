import "server-only";
import { tellManagers } from "@/app/(dashboard)/settings/members/tell";
import type { Db } from "@/db/client";
import type { RequestOrigin } from "@/lib/audit/record";
import { acceptInvitation, type ShownInvitation } from "@/lib/auth/invitation";
import { findUser } from "@/lib/auth/queries";
import { memberJoinedMail } from "@/lib/mail/member-templates";
import type { SignedIn } from "@/lib/scope";

/** Makes the caller a member and tells those who look after members. Throws as `acceptInvitation` does. */
export async function joinWorkspace(
  db: Db,
  signedIn: SignedIn,
  invitation: ShownInvitation,
  origin: RequestOrigin,
): Promise<void> {
  const { userId } = signedIn;
  const { workspace, role } = invitation;
  await db.transaction(async (tx) => {
    if (!(await acceptInvitation(tx, signedIn, invitation, origin))) return;
    const user = await findUser(tx, userId);
    const mail = memberJoinedMail({
      ...{ workspaceName: workspace.name, role },
      ...{ memberName: user?.name ?? "", memberEmail: user?.email ?? "" },
    });
    await tellManagers(tx, workspace.id, [userId], "member_joined", mail);
  });
}
