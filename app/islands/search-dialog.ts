import { type Hit, loadIndex, type SearchIndex } from "@/app/docs/search-index";
import { docsSections } from "@/lib/docs/pages";

const hitsMax = 8;

const suggestions: Hit[] = docsSections
  .flatMap((section) => section.pages.slice(0, 1))
  .map(({ slug, label }) => ({ href: `/docs/${slug}`, page: label, heading: "", excerpt: "" }));

type LoadState = { search: SearchIndex } | "loading" | "failed";

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
  children: (Node | string)[] = [],
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function makeField(): HTMLInputElement {
  return make("input", {
    role: "combobox",
    "aria-label": "Search the documentation",
    "aria-expanded": "false",
    "aria-controls": "docs-hits",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "What are you looking for?",
    class:
      "h-12 w-full rounded-t-xl bg-transparent px-4 text-md outline-none placeholder:text-fg-3",
  });
}

function makeHit(hit: Hit, index: number): HTMLElement {
  return make(
    "div",
    {
      id: `docs-hit-${index}`,
      role: "option",
      "aria-selected": "false",
      class: "cursor-pointer rounded-md px-3 py-2 aria-selected:bg-selected",
    },
    [
      make("p", { class: "font-medium break-words" }, [hit.heading || hit.page]),
      make("p", { class: "truncate text-xs text-fg-2" }, [
        hit.heading ? `${hit.page} · ${hit.excerpt}` : hit.excerpt,
      ]),
    ],
  );
}

function makeSuggestion(hit: Hit): HTMLElement {
  const link = make(
    "a",
    {
      href: hit.href,
      class:
        "flex h-9 w-full items-center rounded-md px-3 text-left text-fg-2 hover:bg-hover hover:text-fg",
    },
    [hit.page],
  );
  return make("li", {}, [link]);
}

function words(state: LoadState, text: string, isFound: boolean): string {
  if (state === "failed") return "The search couldn’t be loaded. Close it and try again.";
  if (state === "loading" || isFound) return "";
  if (text === "") return "Search pages, errors, headers and endpoints.";
  return `Nothing about “${text}”. Try another word, or one of these:`;
}

/** Search in a dialog: type, arrows, Enter. Lives from its opening to its closing. */
export function openSearchDialog(): void {
  if (document.querySelector("dialog[data-search-dialog]")) return;
  const field = makeField();
  const list = make("div", {
    id: "docs-hits",
    role: "listbox",
    "aria-label": "Results",
    class: "max-h-[60vh] overflow-y-auto",
  });
  const status = make("p", { role: "status" });
  const others = make("ul", { class: "grid gap-px" }, suggestions.map(makeSuggestion));
  const dialog = make(
    "dialog",
    {
      "aria-label": "Search the documentation",
      "data-search-dialog": "",
      class:
        "m-auto mt-[12vh] w-[min(36rem,calc(100vw-2rem))] rounded-xl border border-line-strong bg-raised text-fg shadow-float backdrop:bg-veil",
    },
    [field, make("div", { class: "border-t border-line p-2" }, [list, status, others])],
  );

  let state: LoadState = "loading";
  let hits: Hit[] = [];
  let at = 0;

  function point(index: number) {
    at = index;
    for (const [place, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(place === at));
    }
    const chosen = list.children[at];
    if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
    else field.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  function draw() {
    const text = field.value.trim();
    hits = typeof state === "string" ? [] : state.search(text).slice(0, hitsMax);
    const isFound = hits.length > 0;
    list.replaceChildren(...hits.map(makeHit));
    list.classList.toggle("hidden", !isFound);
    field.setAttribute("aria-expanded", String(isFound));
    const said = words(state, text, isFound);
    status.textContent = said;
    status.className = said === "" ? "sr-only" : "px-3 pt-2 pb-1.5 text-sm text-fg-2";
    others.hidden = isFound || typeof state === "string";
    point(0);
  }

  function open(hit: Hit | undefined) {
    if (!hit) return;
    dialog.close();
    window.location.assign(hit.href);
  }

  function indexOf(target: EventTarget | null): number {
    const option = target instanceof Element ? target.closest("[role=option]") : null;
    return option ? [...list.children].indexOf(option) : -1;
  }

  field.addEventListener("input", draw);
  field.addEventListener("keydown", (event) => {
    const last = hits.length - 1;
    if (event.key === "ArrowDown") point(at >= last ? 0 : at + 1);
    else if (event.key === "ArrowUp") point(at <= 0 ? Math.max(0, last) : at - 1);
    else if (event.key === "Enter" && !event.isComposing) open(hits[at]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", ({ target }) => open(hits[indexOf(target)]));
  list.addEventListener("pointermove", ({ target }) => {
    const index = indexOf(target);
    if (index >= 0 && index !== at) point(index);
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());

  document.body.append(dialog);
  draw();
  dialog.showModal();
  field.focus();
  loadIndex().then(
    (search) => {
      state = { search };
      draw();
    },
    () => {
      state = "failed";
      draw();
    },
  );
}
