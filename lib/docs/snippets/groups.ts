import { apiSnippets } from "@/lib/docs/snippets/api";
import { frameworkSnippets } from "@/lib/docs/snippets/frameworks";
import { httpSnippets } from "@/lib/docs/snippets/http";
import { keySnippets } from "@/lib/docs/snippets/keys";
import { reliabilitySnippets } from "@/lib/docs/snippets/reliability";
import { anthropicSnippets, openAiSnippets } from "@/lib/docs/snippets/sdks";
import type { SnippetGroup } from "@/lib/docs/snippets/snippet";
import { environmentSnippets, startSnippets } from "@/lib/docs/snippets/start";
import { webhookSnippets } from "@/lib/docs/snippets/webhooks";

/** Every program that the documentation shows. Each is run by `snippets.test.ts`. */
export const snippetGroups: readonly SnippetGroup[] = [
  ...startSnippets,
  ...environmentSnippets,
  ...openAiSnippets,
  ...anthropicSnippets,
  ...httpSnippets,
  ...frameworkSnippets,
  ...apiSnippets,
  ...reliabilitySnippets,
  ...keySnippets,
  ...webhookSnippets,
];

/** Throws where there is no group of that name. */
export function findSnippetGroup(id: string): SnippetGroup {
  const group = snippetGroups.find((candidate) => candidate.id === id);
  if (!group) throw new Error(`there is no sample named ${id}`);
  return group;
}
