import { MemberMenu } from "@/app/(dashboard)/settings/members/member-menu";
import { roleTexts } from "@/app/(dashboard)/settings/members/role-text";
import { Badge } from "@/components/badge";
import { RelativeTime } from "@/components/relative-time";
import { exactTimeText } from "@/components/relative-time-text";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { dayYearText } from "@/lib/day-text";
import type { MemberSummary } from "@/lib/workspaces/member-queries";

export interface MemberTableProps {
  members: readonly MemberSummary[];
  ownId: string;
  canManage: boolean;
  canManageOwners: boolean;
}

/** Everybody in the workspace; each row's menu has what its reader may do with them. */
export function MemberTable({ members, ownId, canManage, canManageOwners }: MemberTableProps) {
  const owners = members.filter(({ role }) => role === "owner").length;
  return (
    <Table caption="Members" framed={false}>
      <TableHead>
        <Th>Name</Th>
        <Th>Role</Th>
        <Th>Since</Th>
        <Th>Last seen</Th>
        <Th hiddenLabel="Actions" />
      </TableHead>
      <TableBody>
        {members.map(({ userId, name, email, role, since, lastSeenAt, keyCount }) => {
          const isOwn = userId === ownId;
          const isLastOwner = role === "owner" && owners === 1;
          const canChange = canManage && (role !== "owner" || canManageOwners);
          return (
            <Tr key={userId}>
              <Td cell="title" className="md:max-w-72 md:py-2">
                <CellText
                  title={
                    <span className="flex min-w-0 items-center gap-2">
                      <span title={name} className="min-w-0 truncate">
                        {name}
                      </span>
                      {isOwn ? <Badge>You</Badge> : null}
                    </span>
                  }
                  detail={<span className="wrap-anywhere">{email}</span>}
                />
              </Td>
              <Td label="Role" className="whitespace-nowrap">
                {roleTexts[role].label}
              </Td>
              <Td label="Since" className="whitespace-nowrap">
                <time dateTime={since.toISOString()} title={exactTimeText(since)}>
                  {dayYearText(since)}
                </time>
              </Td>
              <Td label="Last seen" className="whitespace-nowrap">
                {lastSeenAt ? (
                  <RelativeTime at={lastSeenAt.toISOString()} />
                ) : (
                  <span className="text-fg-3">never</span>
                )}
              </Td>
              <Td cell="actions">
                {isOwn || canChange ? (
                  <MemberMenu
                    member={{ userId, name, role, keyCount, isLastOwner }}
                    isOwn={isOwn}
                    canChange={canChange}
                    canManageOwners={canManageOwners}
                  />
                ) : null}
              </Td>
            </Tr>
          );
        })}
      </TableBody>
    </Table>
  );
}
