/** Opens the search of the documentation; what searches is fetched by those who do. */
async function openSearch(): Promise<void> {
  const { openSearchDialog } = await import("@/app/islands/search-dialog");
  openSearchDialog();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, dialog") !== null;
}

/** The button with `data-search`, and `/` or ⌘K where such a button is. */
export function listenForSearch(): void {
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-search]")) void openSearch();
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || !document.querySelector("[data-search]"))
      return;
    const isCommand = (event.metaKey || event.ctrlKey) && !event.altKey && event.key === "k";
    const isSlash = event.key === "/" && !event.metaKey && !event.ctrlKey && !event.altKey;
    if (!isCommand && (!isSlash || isTyping(event.target))) return;
    event.preventDefault();
    void openSearch();
  });
}
