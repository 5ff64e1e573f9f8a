"use client";

import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { auditAddress } from "@/app/(dashboard)/settings/audit/address";
import { Button } from "@/components/button";
import { Select } from "@/components/select";
import { SpanForm } from "@/components/span-form";
import { actGroups } from "@/lib/audit/act-groups";
import type { AuditLogQuery } from "@/lib/audit/log-terms";

const ranges: Record<AuditLogQuery["range"], string> = {
  all: "Any time",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  custom: "Days of my own",
};

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
        <Select
          aria-label="When"
          value={query.range}
          onChange={(event) => apply({ range: event.target.value as AuditLogQuery["range"] })}
          className="w-40 max-md:w-full [&_select]:text-sm"
          options={Object.entries(ranges).map(([value, label]) => ({ value, label }))}
        />
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
      {query.range === "custom" ? (
        <Days key={`${query.from} ${query.to}`} query={query} onApply={apply} />
      ) : null}
    </div>
  );
}

interface DaysProps {
  query: AuditLogQuery;
  onApply: (days: { from: string; to: string }) => void;
}

function Days({ query, onApply }: DaysProps) {
  const [days, setDays] = useState({ from: query.from, to: query.to });
  const isTurned = days.from !== "" && days.to !== "" && days.from > days.to;
  return (
    <SpanForm
      type="date"
      labels={{ from: "First day (UTC)", to: "Last day (UTC)" }}
      errors={isTurned ? { from: "The first day comes after the last." } : undefined}
      value={days}
      onValueChange={setDays}
      onApply={() => !isTurned && onApply(days)}
      className="mt-3"
      fieldClassName="w-44"
    />
  );
}
