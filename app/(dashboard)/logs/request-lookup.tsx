"use client";

import { Search } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useOpenRequest } from "@/app/(dashboard)/logs/use-open-request";
import { Button } from "@/components/button";
import { Input } from "@/components/input";

/** The id in what was pasted, which may be a whole header or an error's body. */
export function requestIdIn(text: string): string {
  return /\breq_[0-9a-z]{1,40}\b/i.exec(text)?.[0]?.toLowerCase() ?? text.trim().slice(0, 60);
}

/** "Why was I refused?": opens the request that an answer's `x-request-id` names. */
export function RequestLookup() {
  const [, open] = useOpenRequest();
  const [text, setText] = useState("");
  function submit(event: FormEvent) {
    event.preventDefault();
    const id = requestIdIn(text);
    if (id !== "") open(id);
  }
  return (
    <form
      data-print="hide"
      onSubmit={submit}
      className="flex items-center gap-2 max-md:w-full md:w-90"
    >
      <Input
        type="search"
        aria-label="Request id"
        placeholder="Why was I refused? Paste a req_…"
        autoComplete="off"
        spellCheck={false}
        value={text}
        maxLength={2_000}
        onChange={({ target }) => setText(target.value)}
        leading={<Search />}
        className="min-w-0 flex-1 [&_input::-webkit-search-cancel-button]:hidden"
      />
      <Button type="submit" data-focus-fallback>
        Look up
      </Button>
    </form>
  );
}
