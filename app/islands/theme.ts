import { isDark, watchTheme, writeTheme } from "@/components/theme";

/** Buttons with `data-theme-button` change between light and dark. */
export function listenForThemeButtons(): void {
  watchTheme();
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-theme-button]") : null;
    if (button) writeTheme(isDark() ? "light" : "dark");
  });
}
