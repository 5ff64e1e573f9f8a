"use client";

import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { auditAddress } from "@/app/(dashboard)/settings/audit/address";
import { SpanDays, SpanSelect } from "@/app/(dashboard)/settings/audit/log-span";
import { Button } from "@/components/button";
import { Select } from "@/components/select";
import { actGroups } from "@/lib/audit/act-groups";
import type { AuditLogQuery } from "@/lib/audit/log-terms";

export interface AuditFiltersProps {
  query: AuditLogQuery;
  /** Who can be chosen; null where the log is one person's alone. */
  actors: readonly { id: string; name: string }[] | null;
}

/** Who, what and when; each choice is in the address and begins with the newest. */
export function AuditFilters({ query, actors }: AuditFiltersProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();

  function apply(change: Partial<AuditLogQuery>) {
    const address = auditAddress({ ...query, ...change, before: "" });
    startTransition(() => router.push(address, { scroll: false }));
  }

  return (
    <div aria-busy={isPending} data-print="hide" className="border-b border-line px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        {actors ? (
          <Select
            aria-label="Who"
            value={query.actor}
            onChange={(event) => apply({ actor: event.target.value })}
            className="w-44 max-md:w-full [&_select]:text-sm"
            options={[
              { value: "", label: "Everybody" },
              ...actors.map(({ id, name }) => ({ value: id, label: name })),
              { value: "keys", label: "Any API key" },
              { value: "system", label: "The system" },
              { value: "support", label: "Support" },
            ]}
          />
        ) : null}
        <Select
          aria-label="What"
          value={query.group}
          onChange={(event) => apply({ group: event.target.value as AuditLogQuery["group"] })}
          className="w-44 max-md:w-full [&_select]:text-sm"
          options={[
            { value: "", label: "Everything" },
            ...Object.entries(actGroups).map(([value, label]) => ({ value, label })),
          ]}
        />
        <SpanSelect range={query.range} onApply={apply} />
        {query.target === "" ? null : (
          <Button
            size="sm"
            aria-label={`Remove the filter by ${query.target}`}
            onClick={() => apply({ target: "" })}
          >
            <code className="max-w-40 truncate font-mono text-xs">{query.target}</code>
            <X aria-hidden />
          </Button>
        )}
      </div>
      <SpanDays span={query} onApply={apply} />
    </div>
  );
}
