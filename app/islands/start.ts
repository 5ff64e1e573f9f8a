import { listenForCopies } from "@/app/islands/copy";
import { fillOrigins } from "@/app/islands/origin";
import { showPlace, watchReading } from "@/app/islands/reading";
import { listenForSearch } from "@/app/islands/search";
import { listenForTabs, showChoices } from "@/app/islands/tabs";
import { listenForThemeButtons } from "@/app/islands/theme";

let isListening = false;

/**
 * Brings the landing page and the documentation to life, without React: they are text with a few
 * controls. Listeners stand on the document and are set once; the rest is done for each page that arrives.
 */
export function start(): void {
  if (!isListening) {
    isListening = true;
    listenForThemeButtons();
    listenForTabs();
    listenForCopies();
    listenForSearch();
    watchReading();
  }
  fillOrigins();
  showChoices();
  showPlace();
}
