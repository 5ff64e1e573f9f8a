import { ChevronRight } from "lucide-react";
import type { Route } from "next";
import { clientName } from "@/app/(dashboard)/keys/[id]/client-name";
import { ActDetail } from "@/app/(dashboard)/settings/audit/act-detail";
import { actDetails } from "@/app/(dashboard)/settings/audit/act-details";
import { auditAddress } from "@/app/(dashboard)/settings/audit/address";
import { Badge } from "@/components/badge";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { exactTimeText } from "@/components/relative-time-text";
import { actSentence } from "@/lib/audit/acts";
import type { AuditAct } from "@/lib/audit/acts-page";
import type { AuditLogQuery } from "@/lib/audit/log-terms";

export interface AuditRowProps {
  act: AuditAct;
  /** The address's filters, for the links that narrow them. */
  filters: Partial<AuditLogQuery>;
}

/** One act on a line; pressed, it opens and tells everything that was written down. */
export function AuditRow({ act, filters }: AuditRowProps) {
  return (
    <li>
      <details className="group">
        <summary className="grid cursor-pointer list-none grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-2.5 gap-y-0.5 px-4 py-2.5 text-sm transition-colors hover:bg-panel focus-visible:outline-offset-[-2px] md:grid-cols-[auto_minmax(0,1fr)_10rem_8.5rem_5rem] [&::-webkit-details-marker]:hidden">
          <ChevronRight
            aria-hidden
            className="size-3.5 translate-y-0.5 text-fg-3 transition-transform group-open:rotate-90"
          />
          <span className="min-w-0 font-medium wrap-anywhere">
            {actSentence(act.action, act.details)}
          </span>
          <span className="min-w-0 max-md:col-start-2 max-md:row-start-2">
            <Actor actor={act.actor} />
          </span>
          <span className="min-w-0 truncate font-mono text-xs text-fg-2 max-md:hidden">
            {act.address ?? ""}
          </span>
          <span className="text-right whitespace-nowrap text-fg-2 max-md:col-start-3 max-md:row-start-1">
            <RelativeTime at={act.at} />
          </span>
        </summary>
        <ActDetails act={act} filters={filters} />
      </details>
    </li>
  );
}

function Actor({ actor }: { actor: AuditAct["actor"] }) {
  if (actor.type === "system") return <span className="text-fg-2">The system</span>;
  if (actor.type === "operator") return <span className="text-fg-2">Support</span>;
  const name = actor.name ?? (actor.id ? `…${actor.id.slice(-4)}` : "Somebody");
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-fg-2">
      <span title={name} className="min-w-0 truncate">
        {name}
      </span>
      {actor.type === "api_key" ? <Badge>API key</Badge> : null}
    </span>
  );
}

function ActDetails({ act, filters }: AuditRowProps) {
  const { actor, targetId } = act;
  const client = clientName(act.userAgent);
  return (
    <dl className="grid gap-x-4 gap-y-1.5 border-t border-line bg-panel px-4 py-3 text-sm md:grid-cols-[7rem_minmax(0,1fr)] md:pl-10">
      <ActDetail label="When">{exactTimeText(act.at)}</ActDetail>
      <ActDetail label="Who">
        <Actor actor={actor} />
        {actor.id ? (
          <IdLine id={actor.id} href={auditAddress({ ...filters, actor: actor.id })} />
        ) : null}
      </ActDetail>
      {targetId ? (
        <ActDetail label="What it was done to">
          <IdLine id={targetId} href={auditAddress({ ...filters, target: targetId })} />
          {act.targetType === "api_key" ? (
            <NearLink
              href={`/keys/${targetId}` as Route}
              className="rounded-sm underline underline-offset-2"
            >
              Open the key
            </NearLink>
          ) : null}
        </ActDetail>
      ) : null}
      {actDetails(act.details).map(([label, value]) => (
        <ActDetail key={label} label={label}>
          {value}
        </ActDetail>
      ))}
      {act.address || act.userAgent ? (
        <ActDetail label="From">
          {act.address ? <span className="font-mono text-xs">{act.address}</span> : null}
          {act.userAgent ? (
            <span className="block text-xs text-fg-2">
              {client && client !== act.userAgent ? `${client} · ` : null}
              {act.userAgent}
            </span>
          ) : null}
        </ActDetail>
      ) : null}
      <ActDetail label="Entry">
        <code className="font-mono text-xs">{act.id}</code>
        <span className="text-xs text-fg-3"> · {act.action}</span>
      </ActDetail>
    </dl>
  );
}

function IdLine({ id, href }: { id: string; href: Route }) {
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <code className="font-mono text-xs break-all text-fg-2">{id}</code>
      <NearLink
        href={href}
        scroll={false}
        aria-label={`Show only acts with ${id}`}
        className="rounded-sm text-xs underline underline-offset-2"
      >
        Only these
      </NearLink>
    </span>
  );
}
