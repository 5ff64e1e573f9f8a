import { snippetGroups } from "@/lib/docs/snippets/groups";
import type { SnippetKey } from "@/lib/docs/snippets/snippet";
import type { DocsValues } from "@/lib/docs/values";

export interface NamedSample {
  /** `first-request/curl` */
  name: string;
  key: SnippetKey;
  code(values: DocsValues): string;
}

/** Every sample by a name of its own. */
export const samples: readonly NamedSample[] = snippetGroups.flatMap((group) =>
  group.snippets.map((snippet) => ({ name: `${group.id}/${snippet.key}`, ...snippet })),
);

export function sampleNamed(name: string): NamedSample {
  const sample = samples.find((candidate) => candidate.name === name);
  if (!sample) throw new Error(`there is no sample ${name}`);
  return sample;
}
