import { limitNames, limitText } from "@/app/(admin)/admin/accounts/[id]/limit-names";
import { DialogButton } from "@/app/(admin)/admin/form/dialog-button";
import { Badge } from "@/components/badge";
import { Section } from "@/components/section";
import { Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import { type LimitState, readLimitState } from "@/lib/budgets/state";
import type { AccountDetail } from "@/lib/operators/account-detail";
import type { AccountLimits } from "@/lib/operators/account-schema";

function usedOf(state: LimitState | null): Record<keyof AccountLimits, number | null> {
  return {
    requestsPerHour: state?.hour?.used ?? null,
    requestsPerDay: state?.day?.used ?? null,
    requestsPerMonth: state?.month?.used ?? null,
    requestsTotal: state?.total?.used ?? null,
    concurrentStreams: state?.streams.open ?? null,
  };
}

/** What holds for the account, where it comes from, and how much of it is used. */
export async function LimitsSection({ account }: { account: AccountDetail }) {
  const used = usedOf(await readLimitState(getDb(), { workspaceId: account.id }));
  return (
    <Section
      flush
      title="Limits"
      actions={
        account.deletedAt ? null : (
          <DialogButton dialog="limits" size="sm">
            Change limits
          </DialogButton>
        )
      }
    >
      <Table caption="Limits" framed={false}>
        <TableHead>
          <Th>Limit</Th>
          <Th align="right">Used</Th>
          <Th align="right">Allowed</Th>
          <Th align="right">Plan says</Th>
        </TableHead>
        <TableBody>
          {limitNames.map(([name, label]) => {
            const own = account.ownLimits[name];
            const plan = account.planLimits[name];
            return (
              <Tr key={name}>
                <Td cell="title">{label}</Td>
                <Td label="Used" align="right">
                  {used[name]?.toLocaleString("en") ?? <span className="text-fg-3">–</span>}
                </Td>
                <Td label="Allowed" align="right">
                  <span className="inline-flex items-center gap-1.5">
                    {own === null ? null : <Badge>own</Badge>}
                    {limitText(own ?? plan)}
                  </span>
                </Td>
                <Td label="Plan says" align="right" className="text-fg-2">
                  {limitText(plan)}
                </Td>
              </Tr>
            );
          })}
        </TableBody>
      </Table>
    </Section>
  );
}
