"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";
import { keysAddress, type ShownKeys } from "@/app/(dashboard)/keys/keys-address";
import { Input } from "@/components/input";
import { Kbd } from "@/components/kbd";
import { Spinner } from "@/components/spinner";
import { useShortcut } from "@/components/use-shortcut";
import { hideKey, searchTermOf } from "@/lib/keys/search-term";

const typingPauseMs = 250;

/** Searches while one types. It is no form, so that nothing typed can be sent as an address by itself. */
export function KeySearch({ shown }: { shown: ShownKeys }) {
  const router = useRouter();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(shown.search);
  const [seen, setSeen] = useState(shown.search);
  const [isPending, startTransition] = useTransition();
  const term = searchTermOf(text);

  // The address changed by Back or by a link: the field follows, unless it says the same already.
  if (seen !== shown.search) {
    setSeen(shown.search);
    if (term !== shown.search) setText(shown.search);
  }

  const { search, status, environment, sort, order } = shown;
  useEffect(() => {
    if (term === search) return;
    const timer = setTimeout(() => {
      startTransition(() => {
        const address = keysAddress({ search: term, status, environment, sort, order });
        router.replace(address, { scroll: false });
      });
    }, typingPauseMs);
    return () => clearTimeout(timer);
  }, [term, search, status, environment, sort, order, router]);

  useShortcut("/", () => field.current?.focus());

  return (
    <Input
      ref={field}
      type="search"
      aria-label="Search keys"
      aria-keyshortcuts="/"
      placeholder="Search by name or last 4"
      autoComplete="off"
      spellCheck={false}
      value={text}
      maxLength={200}
      onChange={(event) => setText(hideKey(event.target.value))}
      leading={<Search />}
      trailing={isPending ? <Spinner label="Searching" /> : <Kbd>/</Kbd>}
      className="w-full md:w-auto md:max-w-70 md:min-w-44 md:flex-1 md:max-[87rem]:max-w-none md:max-[87rem]:basis-2/5 [&_input::-webkit-search-cancel-button]:hidden"
    />
  );
}
