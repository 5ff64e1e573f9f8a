import type { ChoiceKind } from "@/lib/docs/blocks";
import type { DocsValues } from "@/lib/docs/values";

/** One sample as the pages show it and as the tests run it: the same text, other values. */
export interface Snippet {
  /** Among the samples of its group: `curl`, `javascript`, `python`, `bash`… */
  key: SnippetKey;
  code(values: DocsValues): string;
}

/** Versions of the same thing that a reader chooses between. */
export interface SnippetGroup {
  id: string;
  /** What it is or where it goes, for instance a file's name; names the block to screen readers. */
  title: string;
  choice: ChoiceKind;
  snippets: readonly Snippet[];
}

export const snippetLabels = {
  curl: "curl",
  javascript: "JavaScript",
  typescript: "TypeScript",
  tsx: "TypeScript",
  python: "Python",
  bash: "Linux, macOS",
  cmd: "Command Prompt",
  powershell: "PowerShell",
  dotenv: ".env",
  ignore: ".gitignore",
  terminal: "Terminal",
} as const;

export type SnippetKey = keyof typeof snippetLabels;

/** What the highlighter calls the language of each. */
export const snippetLanguages: Record<SnippetKey, string> = {
  curl: "bash",
  javascript: "javascript",
  typescript: "typescript",
  tsx: "tsx",
  python: "python",
  bash: "bash",
  cmd: "bat",
  powershell: "powershell",
  dotenv: "ini",
  ignore: "text",
  terminal: "bash",
};

/** A group of one. */
export function single(
  id: string,
  title: string,
  key: SnippetKey,
  code: Snippet["code"],
): SnippetGroup {
  return { id, title, choice: "none", snippets: [{ key, code }] };
}

/** A request in the languages that a reader chooses between on every page. */
export function inLanguages(
  id: string,
  title: string,
  versions: Partial<Record<"curl" | "javascript" | "python", Snippet["code"]>>,
): SnippetGroup {
  const keys = ["curl", "javascript", "python"] as const;
  return {
    id,
    title,
    choice: "language",
    snippets: keys.flatMap((key) => {
      const code = versions[key];
      return code ? [{ key, code }] : [];
    }),
  };
}
