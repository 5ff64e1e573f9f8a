import type { Route } from "next";
import { clientName } from "@/app/(dashboard)/keys/[id]/client-name";
import { actText } from "@/app/(dashboard)/keys/[id]/history/act-text";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button-link";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { getDb } from "@/db/client";
import type { AuditAct } from "@/lib/audit/acts-page";
import { listActsOn } from "@/lib/audit/queries";
import type { Scope } from "@/lib/scope";

export interface HistorySectionProps {
  scope: Scope;
  keyId: string;
  /** The address's mark: acts older than this one. */
  before: string | undefined;
}

/** All that was ever done to the key, a page at a time. */
export async function HistorySection({ scope, keyId, before }: HistorySectionProps) {
  const page = await listActsOn(getDb(), scope, { type: "api_key", id: keyId, before });
  const address = (mark?: string) =>
    `/keys/${keyId}${mark ? `?before=${mark}` : ""}#history` as Route;
  return (
    <div id="history" className="scroll-mt-6">
      <Section
        flush
        title="History"
        description="Every change of this key. Entries can’t be edited or removed."
        footer={
          before || page.olderThan ? (
            <nav aria-label="Pages of the history" className="flex flex-1 justify-between gap-2">
              {before ? (
                <ButtonLink size="sm" href={address()}>
                  Newest
                </ButtonLink>
              ) : (
                <span />
              )}
              {page.olderThan ? (
                <ButtonLink size="sm" href={address(page.olderThan)}>
                  Older
                </ButtonLink>
              ) : null}
            </nav>
          ) : undefined
        }
      >
        <Table caption="History" framed={false}>
          <TableHead>
            <Th>What</Th>
            <Th>Who</Th>
            <Th>When</Th>
            <Th>From</Th>
          </TableHead>
          <TableBody>
            {page.acts.map((act) => (
              <ActRow key={act.id} act={act} keyId={keyId} />
            ))}
            {page.acts.length === 0 ? (
              <tr>
                <td
                  colSpan={4}
                  data-cell="wide"
                  className="px-3.5 py-8 text-center text-sm text-fg-2"
                >
                  There is nothing older.
                </td>
              </tr>
            ) : null}
          </TableBody>
        </Table>
      </Section>
    </div>
  );
}

function ActRow({ act, keyId }: { act: AuditAct; keyId: string }) {
  const { what, more } = actText(act.action, act.details);
  const client = clientName(act.userAgent);
  return (
    <Tr>
      <Td cell="title" className="md:py-2">
        <CellText
          title={<span className="inline-block first-letter:uppercase">{what}</span>}
          detail={more.map((line) => (
            <span key={line} className="block wrap-anywhere">
              {line}
            </span>
          ))}
        />
      </Td>
      <Td label="Who">
        <Actor actor={act.actor} keyId={keyId} />
      </Td>
      <Td label="When" className="whitespace-nowrap">
        <RelativeTime at={act.at} />
      </Td>
      <Td label="From">
        {act.address || client ? (
          <span className="block min-w-0">
            {act.address ? (
              <span className="block font-mono text-[0.78125rem] wrap-anywhere">{act.address}</span>
            ) : null}
            {client ? (
              <span title={act.userAgent ?? ""} className="block text-xs text-fg-3">
                {client}
              </span>
            ) : null}
          </span>
        ) : (
          <span className="text-fg-3">–</span>
        )}
      </Td>
    </Tr>
  );
}

function Actor({ actor, keyId }: { actor: AuditAct["actor"]; keyId: string }) {
  if (actor.id === keyId) return <span className="text-fg-2">this key</span>;
  if (actor.type === "system") return <span className="text-fg-2">the system</span>;
  if (actor.type === "operator") return <span className="text-fg-2">Support</span>;
  const name = actor.name ?? (actor.id ? `…${actor.id.slice(-4)}` : "unknown");
  return (
    <span className="inline-flex min-w-0 flex-wrap items-center gap-x-1.5 wrap-anywhere">
      <span title={name} className="line-clamp-1 min-w-0 max-w-52 break-all">
        {name}
      </span>
      {actor.type === "api_key" ? <Badge>API key</Badge> : null}
    </span>
  );
}
