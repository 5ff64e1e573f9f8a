"use client";

import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { operatorLogAddress } from "@/app/(admin)/admin/audit/address";
import { SpanDays, SpanSelect } from "@/app/(dashboard)/settings/audit/log-span";
import { Button } from "@/components/button";
import { Select } from "@/components/select";
import { actGroups, operatorActGroups } from "@/lib/audit/act-groups";
import type { OperatorLogQuery } from "@/lib/audit/operator-log-terms";

/** The kinds of acts that operators do. */
const groups = {
  support: actGroups.support,
  billing: actGroups.billing,
  workspace: actGroups.workspace,
  ...operatorActGroups,
};

export interface LogFiltersProps {
  query: OperatorLogQuery;
  operators: readonly { id: string; name: string }[];
}

/** Who, what and when; each choice is in the address and begins with the newest. */
export function LogFilters({ query, operators }: LogFiltersProps) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();

  function apply(change: Partial<OperatorLogQuery>) {
    const address = operatorLogAddress({ ...query, ...change, before: "" });
    startTransition(() => router.push(address, { scroll: false }));
  }

  return (
    <div aria-busy={isPending} data-print="hide" className="border-b border-line px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="Operator"
          value={query.operator}
          onChange={(event) => apply({ operator: event.target.value })}
          className="w-44 max-md:w-full [&_select]:text-sm"
          options={[
            { value: "", label: "Every operator" },
            ...operators.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <Select
          aria-label="What"
          value={query.group}
          onChange={(event) => apply({ group: event.target.value as OperatorLogQuery["group"] })}
          className="w-52 max-md:w-full [&_select]:text-sm"
          options={[
            { value: "", label: "Everything" },
            ...Object.entries(groups).map(([value, label]) => ({ value, label })),
          ]}
        />
        <SpanSelect range={query.range} onApply={apply} />
        {query.account === "" ? null : (
          <Button
            size="sm"
            aria-label={`Remove the filter by account ${query.account}`}
            onClick={() => apply({ account: "" })}
          >
            <code className="max-w-40 truncate font-mono text-xs">{query.account}</code>
            <X aria-hidden />
          </Button>
        )}
      </div>
      <SpanDays span={query} onApply={apply} />
    </div>
  );
}
