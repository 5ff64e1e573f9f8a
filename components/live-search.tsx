"use client";

import { clsx } from "clsx";
import { Search } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useRef, useState, useTransition } from "react";
import { Input } from "@/components/input";
import { Kbd } from "@/components/kbd";
import { Spinner } from "@/components/spinner";
import { useShortcut } from "@/components/use-shortcut";
import { hideKey, searchTermOf } from "@/lib/search-term";

const typingPauseMs = 250;

export interface LiveSearchProps {
  label: string;
  placeholder: string;
  /** What the address searches for. */
  search: string;
  /** The address of the list that another search leaves, from its first page on. */
  addressOf: (term: string) => Route;
  className?: string;
}

/**
 * Searches a list while one types. A pasted key is cut to its last four before it can get into the address. It is no
 * form, so that nothing typed can be sent as an address by itself.
 */
export function LiveSearch({ label, placeholder, search, addressOf, className }: LiveSearchProps) {
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search);
  const [seen, setSeen] = useState(search);
  const [isPending, startTransition] = useTransition();
  const term = searchTermOf(text);

  // The address changed by Back or by a link: the field follows, unless it says the same already.
  if (seen !== search) {
    setSeen(search);
    if (term !== search) setText(search);
  }

  // What else the address says is asked for when it goes: a filter may have been chosen in the pause.
  const go = useEffectEvent(() => {
    startTransition(() => router.replace(addressOf(term), { scroll: false }));
  });
  useEffect(() => {
    if (term === search) return;
    const timer = setTimeout(() => go(), typingPauseMs);
    return () => clearTimeout(timer);
  }, [term, search]);

  useShortcut("/", () => field.current?.focus());

  return (
    <Input
      ref={field}
      type="search"
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      value={text}
      maxLength={200}
      onChange={(event) => setText(hideKey(event.target.value))}
      leading={<Search />}
      trailing={isPending ? <Spinner label="Searching" /> : <Kbd>/</Kbd>}
      className={clsx("w-full [&_input::-webkit-search-cancel-button]:hidden", className)}
    />
  );
}
