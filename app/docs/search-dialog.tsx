"use client";

import { clsx } from "clsx";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { type Hit, loadIndex, type SearchIndex } from "@/app/docs/search-index";
import { docsSections } from "@/lib/docs/pages";

const hitsMax = 8;

/** The index is in an object, because React would call a bare function. */
type LoadState = { search: SearchIndex } | "loading" | "failed";

/** Search in a dialog: type, arrows, Enter. */
export default function SearchDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const router = useRouter();
  const id = useId();
  const [index, setIndex] = useState<LoadState>("loading");
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);

  useEffect(() => {
    dialog.current?.showModal();
    loadIndex().then(
      (search) => setIndex({ search }),
      () => setIndex("failed"),
    );
  }, []);

  const hits = typeof index === "string" ? [] : index.search(text).slice(0, hitsMax);
  const chosen = hits[Math.min(at, hits.length - 1)];

  function open(hit: Hit) {
    dialog.current?.close();
    router.push(hit.href as Route);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    const last = hits.length - 1;
    if (event.key === "ArrowDown") setAt(at >= last ? 0 : at + 1);
    else if (event.key === "ArrowUp") setAt(at <= 0 ? Math.max(0, last) : at - 1);
    else if (event.key === "Enter" && chosen) open(chosen);
    else return;
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself.
    <dialog
      ref={dialog}
      aria-label="Search the documentation"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
      className="m-auto mt-[12vh] w-[min(36rem,calc(100vw-2rem))] rounded-xl border border-line-strong bg-raised text-fg shadow-float backdrop:bg-veil"
    >
      <input
        role="combobox"
        aria-label="Search the documentation"
        aria-expanded={hits.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen ? `${id}${hits.indexOf(chosen)}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="What are you looking for?"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        className="h-12 w-full rounded-t-xl bg-transparent px-4 text-md outline-none placeholder:text-fg-3"
      />
      <div className="border-t border-line p-2">
        <Results id={id} hits={hits} chosen={chosen} onOpen={open} onPoint={setAt} />
        <Notice index={index} text={text} isFound={hits.length > 0} onOpen={open} />
      </div>
    </dialog>
  );
}

function Results(props: {
  id: string;
  hits: readonly Hit[];
  chosen: Hit | undefined;
  onOpen: (hit: Hit) => void;
  onPoint: (index: number) => void;
}) {
  return (
    <div
      id={`${props.id}-list`}
      role="listbox"
      aria-label="Results"
      className={clsx("max-h-[60vh] overflow-y-auto", props.hits.length === 0 && "hidden")}
    >
      {props.hits.map((hit, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard.
        // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant points at it.
        <div
          key={hit.href}
          id={`${props.id}${index}`}
          role="option"
          aria-selected={hit === props.chosen}
          ref={hit === props.chosen ? scrollIntoView : undefined}
          onClick={() => props.onOpen(hit)}
          onPointerMove={() => props.onPoint(index)}
          className={clsx(
            "cursor-pointer rounded-md px-3 py-2",
            hit === props.chosen && "bg-selected",
          )}
        >
          <p className="font-medium break-words">{hit.heading || hit.page}</p>
          <p className="truncate text-xs text-fg-2">
            {hit.heading ? `${hit.page} · ` : ""}
            {hit.excerpt}
          </p>
        </div>
      ))}
    </div>
  );
}

function scrollIntoView(element: HTMLElement | null) {
  element?.scrollIntoView({ block: "nearest" });
}

const suggestions = docsSections.flatMap((section) => section.pages.slice(0, 1));

function Notice(props: {
  index: LoadState;
  text: string;
  isFound: boolean;
  onOpen: (hit: Hit) => void;
}) {
  const { index, text, isFound } = props;
  const isEmpty = text.trim() === "";
  const words =
    index === "failed"
      ? "The search couldn’t be loaded. Close it and try again."
      : index === "loading" || isFound
        ? ""
        : isEmpty
          ? "Search pages, errors, headers and endpoints."
          : `Nothing about “${text.trim()}”. Try another word, or one of these:`;
  return (
    <>
      <p role="status" className={words === "" ? "sr-only" : "px-3 pt-2 pb-1.5 text-sm text-fg-2"}>
        {words}
      </p>
      {index !== "loading" && index !== "failed" && !isFound ? (
        <ul className="grid gap-px">
          {suggestions.map((page) => (
            <li key={page.slug}>
              <button
                type="button"
                onClick={() =>
                  props.onOpen({
                    href: `/docs/${page.slug}`,
                    page: page.label,
                    heading: "",
                    excerpt: "",
                  })
                }
                className="flex h-9 w-full items-center rounded-md px-3 text-left text-fg-2 hover:bg-hover hover:text-fg"
              >
                {page.label}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
