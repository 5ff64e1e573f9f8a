/** Scrolls the sidebar, and nothing else, to the link of the page. */
function showCurrent(): void {
  const link = document.querySelector("aside [aria-current=page]");
  const sidebar = link?.closest("aside");
  if (!sidebar || !link) return;
  const below = link.getBoundingClientRect().bottom - sidebar.getBoundingClientRect().bottom;
  if (below > 0) sidebar.scrollTop += below + sidebar.clientHeight / 3;
}

/** Marks, in the table of contents, the last heading above the upper third of the window. */
function markReading(): void {
  const line = window.innerHeight / 3;
  let reading: Element | null = null;
  const links = document.querySelectorAll("[data-toc] a");
  for (const link of links) {
    const id = decodeURIComponent(link.getAttribute("href")?.slice(1) ?? "");
    const top = document.getElementById(id)?.getBoundingClientRect().top;
    if (top !== undefined && top < line) reading = link;
  }
  for (const link of links) {
    if (link === reading) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
}

/** Where in the documentation the reader is, on a page that has just come. */
export function showPlace(): void {
  showCurrent();
  markReading();
}

export function watchReading(): void {
  let frame = 0;
  window.addEventListener(
    "scroll",
    () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(markReading);
    },
    { passive: true },
  );
}
