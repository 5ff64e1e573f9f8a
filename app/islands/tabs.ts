/**
 * Blocks with `data-tabs`: versions of one thing behind tabs. `data-choice` names what is chosen; a choice
 * of a kind holds for all blocks of the kind on all pages, and one without (`none`) for its block.
 */
function blocksOf(kind: string, own: Element): Element[] {
  return kind === "none"
    ? [own]
    : [...document.querySelectorAll(`[data-tabs][data-choice="${kind}"]`)];
}

/** Shows a version in a block, where the block has it. */
function show(block: Element, key: string): void {
  const tabs = [...block.querySelectorAll<HTMLElement>(":scope [role=tab]")];
  if (!tabs.some((tab) => tab.dataset.tab === key)) return;
  for (const tab of tabs) {
    const isChosen = tab.dataset.tab === key;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  }
  for (const panel of block.querySelectorAll<HTMLElement>(":scope > [data-panel]")) {
    panel.classList.toggle("hidden", panel.dataset.panel !== key);
  }
}

function remember(kind: string, key: string): void {
  document.documentElement.setAttribute(`data-docs-${kind}`, key);
  try {
    localStorage.setItem(`docs-${kind}`, key);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function recall(kind: string): string | null {
  try {
    return localStorage.getItem(`docs-${kind}`);
  } catch {
    return document.documentElement.getAttribute(`data-docs-${kind}`);
  }
}

function choose(tab: HTMLElement): void {
  const block = tab.closest<HTMLElement>("[data-tabs]");
  const { tab: key } = tab.dataset;
  if (!block || !key) return;
  const kind = block.dataset.choice ?? "none";
  // Blocks above may change their height: what was pressed stays under the hand.
  const before = tab.getBoundingClientRect().top;
  if (kind !== "none") remember(kind, key);
  for (const one of blocksOf(kind, block)) show(one, key);
  window.scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
}

/** What the reader chose last, on a page that has just come. */
export function showChoices(): void {
  for (const block of document.querySelectorAll<HTMLElement>("[data-tabs]")) {
    const kind = block.dataset.choice ?? "none";
    const key = kind === "none" ? null : recall(kind);
    if (key) show(block, key);
    if (key && kind !== "none") document.documentElement.setAttribute(`data-docs-${kind}`, key);
  }
}

function tabOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tabs] [role=tab]") : null;
}

export function listenForTabs(): void {
  document.addEventListener("click", ({ target }) => {
    const tab = tabOf(target);
    if (tab) choose(tab);
  });
  // Arrows move among the tabs and choose, as in the ARIA pattern of tabs that activate by themselves.
  document.addEventListener("keydown", (event) => {
    const tab = tabOf(event.target);
    const tabs = [...(tab?.parentElement?.querySelectorAll<HTMLElement>("[role=tab]") ?? [])];
    if (!tab) return;
    const at = tabs.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    choose(next);
    next.focus();
  });
  window.addEventListener("storage", showChoices);
}
