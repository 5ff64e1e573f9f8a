"use client";

import { Search } from "lucide-react";
import type { Route } from "next";
import { useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useTransition } from "react";
import { Input } from "@/components/input";
import { Spinner } from "@/components/spinner";

/** Narrows a list to what holds a text; the address keeps it, and what else it says stays. */
export function ConsoleSearch({ label, placeholder }: { label: string; placeholder: string }) {
  const router = useRouter();
  const params = useSearchParams();
  const [isPending, startTransition] = useTransition();
  const term = params.get("q") ?? "";

  function search(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get("q");
    const address = new URL(window.location.href);
    address.searchParams.delete("page");
    if (typeof typed === "string" && typed.trim() !== "") {
      address.searchParams.set("q", typed.trim());
    } else {
      address.searchParams.delete("q");
    }
    startTransition(() => router.push(`${address.pathname}${address.search}` as Route));
  }

  return (
    <search className="w-64 max-md:w-full">
      <form onSubmit={search}>
        <Input
          key={term}
          name="q"
          type="search"
          aria-label={label}
          placeholder={placeholder}
          defaultValue={term}
          maxLength={200}
          autoComplete="off"
          leading={isPending ? <Spinner /> : <Search aria-hidden />}
        />
      </form>
    </search>
  );
}
