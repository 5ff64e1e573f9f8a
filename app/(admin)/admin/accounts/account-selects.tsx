"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { accountsAddress } from "@/app/(admin)/admin/accounts/accounts-address";
import { Select } from "@/components/select";
import type { AccountListQuery } from "@/lib/operators/account-terms";
import type { PlanChoice } from "@/lib/operators/accounts";

type Shown = Partial<AccountListQuery>;

const orders: readonly { value: string; label: string }[] = [
  { value: "created desc", label: "Newest first" },
  { value: "created asc", label: "Oldest first" },
  { value: "balance desc", label: "Largest balance" },
  { value: "balance asc", label: "Smallest balance" },
  { value: "spend desc", label: "Spends most" },
  { value: "spend asc", label: "Spends least" },
  { value: "seen desc", label: "Seen last" },
  { value: "seen asc", label: "Unseen longest" },
];

/** The plan and the order; each choice is in the address and begins with the first page. */
export function AccountSelects({ shown, plans }: { shown: Shown; plans: readonly PlanChoice[] }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const go = (change: Shown) =>
    startTransition(() => router.push(accountsAddress({ ...shown, ...change }), { scroll: false }));

  function sort(value: string) {
    const [name, order] = value.split(" ");
    for (const one of ["created", "balance", "spend", "seen"] as const) {
      if (one === name) go({ sort: one, order: order === "asc" ? "asc" : "desc" });
    }
  }

  return (
    <span aria-busy={isPending} className="flex shrink-0 gap-2 max-md:w-full">
      <Select
        aria-label="Plan"
        value={shown.plan ?? ""}
        onChange={(event) => go({ plan: event.target.value })}
        className="w-36 max-md:flex-1 [&_select]:text-sm"
        options={[
          { value: "", label: "Any plan" },
          ...plans.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <Select
        aria-label="Sort"
        value={`${shown.sort} ${shown.order}`}
        onChange={(event) => sort(event.target.value)}
        className="w-42 max-md:flex-1 [&_select]:text-sm"
        options={orders}
      />
    </span>
  );
}
