"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";
import { Input } from "@/components/input";
import { Kbd } from "@/components/kbd";
import { Spinner } from "@/components/spinner";
import { useShortcut } from "@/components/use-shortcut";
import { hideKey, searchTermOf } from "@/lib/keys/search-term";

const typingPauseMs = 250;

export interface AccountSearchProps {
  search: string;
  /** The rest of the address as query text, without the place in the list. */
  rest: string;
}

/** Searches while one types. A pasted key is cut to its last four before it can get into the address. */
export function AccountSearch({ search, rest }: AccountSearchProps) {
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

  useEffect(() => {
    if (term === search) return;
    const timer = setTimeout(() => {
      startTransition(() => {
        const params = new URLSearchParams(rest);
        if (term !== "") params.set("q", term);
        router.replace(`/admin/accounts?${params}`, { scroll: false });
      });
    }, typingPauseMs);
    return () => clearTimeout(timer);
  }, [term, search, rest, router]);

  useShortcut("/", () => field.current?.focus());

  return (
    <Input
      ref={field}
      type="search"
      aria-label="Search accounts"
      aria-keyshortcuts="/"
      placeholder="Name, member’s email, account or key id, last 4"
      autoComplete="off"
      spellCheck={false}
      value={text}
      maxLength={200}
      onChange={(event) => setText(hideKey(event.target.value))}
      leading={<Search />}
      trailing={isPending ? <Spinner label="Searching" /> : <Kbd>/</Kbd>}
      className="w-full md:max-w-100 md:min-w-60 md:flex-1 [&_input::-webkit-search-cancel-button]:hidden"
    />
  );
}
