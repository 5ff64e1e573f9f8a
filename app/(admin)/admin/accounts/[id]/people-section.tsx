import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import { countText } from "@/lib/count-text";
import type { Scope } from "@/lib/scope";
import { listMembers } from "@/lib/workspaces/member-queries";

/** Who is in the account. */
export async function PeopleSection({ scope }: { scope: Scope }) {
  const members = await listMembers(getDb(), scope);
  return (
    <Section flush title="Members">
      {members.length === 0 ? (
        <p className="px-4 py-3.5 text-sm text-fg-2">Nobody is in it any more.</p>
      ) : (
        <Table caption="Members" framed={false}>
          <TableHead>
            <Th>Member</Th>
            <Th>Role</Th>
            <Th align="right">Keys</Th>
            <Th>Last seen</Th>
          </TableHead>
          <TableBody>
            {members.map(({ userId, name, email, role, keyCount, lastSeenAt }) => (
              <Tr key={userId}>
                <Td cell="title" className="md:py-2">
                  <CellText title={name} detail={email} />
                </Td>
                <Td label="Role">{role}</Td>
                <Td label="Keys" align="right">
                  {countText(keyCount)}
                </Td>
                <Td label="Last seen" className="whitespace-nowrap">
                  {lastSeenAt ? (
                    <RelativeTime at={lastSeenAt} />
                  ) : (
                    <span className="text-fg-3">never</span>
                  )}
                </Td>
              </Tr>
            ))}
          </TableBody>
        </Table>
      )}
    </Section>
  );
}
