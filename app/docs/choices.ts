import type { ChoiceKind } from "@/lib/docs/blocks";
import type { snippetLabels } from "@/lib/docs/snippets/snippet";

/**
 * What a reader chose last, for every block of the kind on every page: kept in the browser, and written to
 * <html> as `data-docs-language="python"`, so that a rule of CSS shows the right version before any
 * script has run.
 */
const remembered: Record<Exclude<ChoiceKind, "none">, readonly string[]> = {
  language: ["curl", "javascript", "typescript", "python"],
  shell: ["bash", "cmd", "powershell"],
  dialect: ["openai", "anthropic", "rest"],
} satisfies Record<
  string,
  readonly (keyof typeof snippetLabels | "openai" | "anthropic" | "rest")[]
>;

const kinds = Object.keys(remembered);

export function storageKeyOf(kind: ChoiceKind): string {
  return `docs-${kind}`;
}

/** Runs before the page is drawn. Storage may be closed to us; then the first version shows. */
export const choiceScript = `try{for(const k of ${JSON.stringify(kinds)}){const v=localStorage.getItem("docs-"+k);if(v)document.documentElement.setAttribute("data-docs-"+k,v)}}catch{}`;

/** Shows the remembered version of each block that has it, and hides its others. */
export const choiceStyle = Object.entries(remembered)
  .flatMap(([kind, keys]) =>
    keys.map((key) => {
      const block = `html[data-docs-${kind}="${key}"] [data-choice="${kind}"][data-keys~="${key}"]`;
      return `${block}>[data-panel]{display:none}${block}>[data-panel="${key}"]{display:block}`;
    }),
  )
  .join("");
