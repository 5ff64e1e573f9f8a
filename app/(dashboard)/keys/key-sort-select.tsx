"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { keysAddress, type ShownKeys } from "@/app/(dashboard)/keys/keys-address";
import { Select } from "@/components/select";
import { defaultOrders, type KeySort } from "@/lib/keys/terms";

interface SortChoice {
  sort: KeySort;
  order: "asc" | "desc";
  label: string;
}

const choices: readonly SortChoice[] = [
  { sort: "created", order: "desc", label: "Newest first" },
  { sort: "created", order: "asc", label: "Oldest first" },
  { sort: "name", order: "asc", label: "Name, A to Z" },
  { sort: "name", order: "desc", label: "Name, Z to A" },
  { sort: "used", order: "desc", label: "Used last" },
  { sort: "used", order: "asc", label: "Idle longest" },
  { sort: "expires", order: "asc", label: "Ends soonest" },
  { sort: "expires", order: "desc", label: "Ends latest" },
];

function keyOf({ sort, order }: Pick<SortChoice, "sort" | "order">): string {
  return `${sort} ${order}`;
}

/** The order of the rows. The heads of the columns do the same, but a phone has no heads. */
export function KeySortSelect({ shown }: { shown: ShownKeys }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();

  function change(value: string) {
    const choice = choices.find((candidate) => keyOf(candidate) === value);
    if (!choice) return;
    const { sort, order } = choice;
    startTransition(() => router.push(keysAddress({ ...shown, sort, order }), { scroll: false }));
  }

  return (
    <Select
      aria-label="Sort"
      aria-busy={isPending}
      options={choices.map((choice) => ({ value: keyOf(choice), label: choice.label }))}
      value={keyOf({ sort: shown.sort, order: shown.order ?? defaultOrders[shown.sort] })}
      onChange={(event) => change(event.target.value)}
      className="w-36 [&_select]:text-sm"
    />
  );
}
