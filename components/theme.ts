/**
 * Light, dark, or as the system says. The choice is in a cookie and not in the browser's storage: signing
 * out empties that, and what one likes to look at is no secret.
 */
export type Theme = "light" | "dark" | "system";

const cookieName = "theme";
const changed = "theme-change";
const yearSeconds = 31_536_000;

/** Runs in the page before anything is drawn, so it is text and needs nothing. */
export const themeScript =
  `(()=>{const t=/(?:^|; )${cookieName}=(light|dark)/.exec(document.cookie)?.[1];` +
  `const d=t?t==="dark":matchMedia("(prefers-color-scheme: dark)").matches;` +
  `document.documentElement.classList.toggle("dark",d)})()`;

/** What the reader chose. */
export function readTheme(): Theme {
  const chosen = new RegExp(`(?:^|; )${cookieName}=(light|dark)`).exec(document.cookie)?.[1];
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

/** Whether the page is dark now. */
export function isDark(): boolean {
  const theme = readTheme();
  return theme === "system"
    ? window.matchMedia("(prefers-color-scheme: dark)").matches
    : theme === "dark";
}

function applyTheme(): void {
  const dark = isDark();
  const { classList } = document.documentElement;
  if (classList.contains("dark") === dark) return;
  // Every colour changes at once: nothing may fade from the one theme to the other.
  const still = document.createElement("style");
  still.textContent = "*,::before,::after{transition:none!important}";
  document.head.append(still);
  classList.toggle("dark", dark);
  void window.getComputedStyle(document.body).opacity;
  setTimeout(() => still.remove(), 1);
}

/** Remembers the choice for a year, on this browser; anything but light and dark is the system's. */
export function writeTheme(theme: string): void {
  const age = theme === "light" || theme === "dark" ? yearSeconds : 0;
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API isn't everywhere.
  document.cookie = `${cookieName}=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  applyTheme();
  window.dispatchEvent(new Event(changed));
}

/** Keeps the page as the reader and the system want it. `onChange` is told of every change. */
export function watchTheme(onChange: () => void = () => undefined): () => void {
  // A page that React had to draw anew, such as one that turned out not to be there, has lost its class.
  applyTheme();
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  function update() {
    applyTheme();
    onChange();
  }
  function onVisible() {
    // Another tab may have changed it; cookies tell nobody.
    if (document.visibilityState === "visible") update();
  }
  media.addEventListener("change", update);
  window.addEventListener(changed, onChange);
  document.addEventListener("visibilitychange", onVisible);
  return () => {
    media.removeEventListener("change", update);
    window.removeEventListener(changed, onChange);
    document.removeEventListener("visibilitychange", onVisible);
  };
}
