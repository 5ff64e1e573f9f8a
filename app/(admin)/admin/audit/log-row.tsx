import { ChevronRight } from "lucide-react";
import type { Route } from "next";
import { operatorLogAddress } from "@/app/(admin)/admin/audit/address";
import { ActDetail } from "@/app/(dashboard)/settings/audit/act-detail";
import { actDetails } from "@/app/(dashboard)/settings/audit/act-details";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { exactTimeText } from "@/components/relative-time-text";
import { actSentence } from "@/lib/audit/acts";
import type { OperatorLogAct } from "@/lib/audit/operator-log";
import type { OperatorLogQuery } from "@/lib/audit/operator-log-terms";

export interface LogRowProps {
  act: OperatorLogAct;
  /** The address's filters, for the links that narrow them. */
  filters: Partial<OperatorLogQuery>;
}

export function actorName({ type, name }: OperatorLogAct["actor"]): string {
  return name ?? (type === "system" ? "The command line" : "Somebody");
}

/** One act on a line; pressed, it opens and tells everything that was written down. */
export function LogRow({ act, filters }: LogRowProps) {
  return (
    <li>
      <details className="group">
        <summary className="grid cursor-pointer list-none grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-2.5 gap-y-0.5 px-4 py-2.5 text-sm transition-colors hover:bg-panel focus-visible:outline-offset-[-2px] md:grid-cols-[auto_minmax(0,1fr)_12rem_9rem_5rem] [&::-webkit-details-marker]:hidden">
          <ChevronRight
            aria-hidden
            className="size-3.5 translate-y-0.5 text-fg-3 transition-transform group-open:rotate-90"
          />
          <span className="min-w-0 font-medium wrap-anywhere">
            {actSentence(act.action, act.details)}
          </span>
          <span
            title={act.account?.name}
            className="min-w-0 truncate text-fg-2 max-md:col-start-2 max-md:row-start-2"
          >
            {act.account?.name ?? ""}
          </span>
          <span className="min-w-0 truncate text-fg-2 max-md:col-start-2 max-md:row-start-3">
            {actorName(act.actor)}
          </span>
          <span className="text-right whitespace-nowrap text-fg-2 max-md:col-start-3 max-md:row-start-1">
            <RelativeTime at={act.at} />
          </span>
        </summary>
        <Details act={act} filters={filters} />
      </details>
    </li>
  );
}

function Details({ act, filters }: LogRowProps) {
  const { actor, account, targetId } = act;
  return (
    <dl className="grid gap-x-4 gap-y-1.5 border-t border-line bg-panel px-4 py-3 text-sm md:grid-cols-[7rem_minmax(0,1fr)] md:pl-10">
      <ActDetail label="When">{exactTimeText(act.at)}</ActDetail>
      <ActDetail label="Operator">
        {actorName(actor)}
        {actor.type === "operator" && actor.id ? (
          <Only
            label={`Show only acts of ${actorName(actor)}`}
            href={operatorLogAddress({ ...filters, operator: actor.id })}
          />
        ) : null}
      </ActDetail>
      {account ? (
        <ActDetail label="Account">
          <NearLink
            href={`/admin/accounts/${account.id}` as Route}
            className="rounded-sm underline underline-offset-2"
          >
            {account.name}
          </NearLink>
          <Only
            label={`Show only acts on ${account.name}`}
            href={operatorLogAddress({ ...filters, account: account.id })}
          />
        </ActDetail>
      ) : null}
      {targetId ? (
        <ActDetail label="Done to">
          <code className="font-mono text-xs break-all text-fg-2">{targetId}</code>
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
          <span className="block text-xs text-fg-2">{act.userAgent}</span>
        </ActDetail>
      ) : null}
      <ActDetail label="Entry">
        <code className="font-mono text-xs">{act.id}</code>
        <span className="text-xs text-fg-3"> · {act.action}</span>
      </ActDetail>
    </dl>
  );
}

function Only({ label, href }: { label: string; href: Route }) {
  return (
    <NearLink
      href={href}
      scroll={false}
      aria-label={label}
      className="ml-2 rounded-sm text-xs underline underline-offset-2"
    >
      Only these
    </NearLink>
  );
}
