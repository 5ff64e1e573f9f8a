import { Mail } from "lucide-react";
import { InvitationMenu } from "@/app/(dashboard)/settings/members/invitation-menu";
import { roleTexts } from "@/app/(dashboard)/settings/members/role-text";
import { EmptyState } from "@/components/empty-state";
import { RelativeTime } from "@/components/relative-time";
import { exactTimeText } from "@/components/relative-time-text";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { OpenInvitation } from "@/lib/auth/invitation";
import { dayYearText } from "@/lib/day-text";

export interface InvitationRowsProps {
  invitations: readonly OpenInvitation[];
  canManageOwners: boolean;
}

export function InvitationRows({ invitations, canManageOwners }: InvitationRowsProps) {
  if (invitations.length === 0) {
    return (
      <EmptyState bare icon={<Mail />} title="No open invitations">
        Invitations you send stay here until they are accepted, withdrawn or expired.
      </EmptyState>
    );
  }
  return (
    <Table caption="Invitations" framed={false}>
      <TableHead>
        <Th>Address</Th>
        <Th>Role</Th>
        <Th>Sent</Th>
        <Th>Ends</Th>
        <Th hiddenLabel="Actions" />
      </TableHead>
      <TableBody>
        {invitations.map(({ id, email, role, inviterName, sentAt, expiresAt }) => (
          <Tr key={id}>
            <Td cell="title" className="md:max-w-72 md:py-2">
              <CellText
                title={<span className="wrap-anywhere">{email}</span>}
                detail={<span className="wrap-anywhere">invited by {inviterName}</span>}
              />
            </Td>
            <Td label="Role" className="whitespace-nowrap">
              {roleTexts[role].label}
            </Td>
            <Td label="Sent" className="whitespace-nowrap">
              <RelativeTime at={sentAt.toISOString()} />
            </Td>
            <Td label="Ends" className="whitespace-nowrap">
              <time dateTime={expiresAt.toISOString()} title={exactTimeText(expiresAt)}>
                {dayYearText(expiresAt)}
              </time>
            </Td>
            <Td cell="actions">
              {role !== "owner" || canManageOwners ? (
                <InvitationMenu id={id} email={email} />
              ) : null}
            </Td>
          </Tr>
        ))}
      </TableBody>
    </Table>
  );
}
