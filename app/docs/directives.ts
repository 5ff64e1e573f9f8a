import "server-only";
import { failureBlocks, failureTable } from "@/app/docs/failure-blocks";
import { eventPayloads, eventTables } from "@/app/docs/webhook-blocks";
import type { Block } from "@/lib/docs/blocks";
import { findSnippetGroup } from "@/lib/docs/snippets/groups";
import { snippetLabels, snippetLanguages } from "@/lib/docs/snippets/snippet";
import type { DocsValues } from "@/lib/docs/values";
import { secretPattern } from "@/lib/keys/secret";

/** What stands in the place of a line such as `@snippet first-request`. */
export function expandDirective(name: string, argument: string, values: DocsValues): Block[] {
  switch (name) {
    case "snippet":
      return [snippetBlock(argument, values)];
    case "failure-table":
      return [failureTable(values)];
    case "failures":
      return failureBlocks(values);
    case "webhook-events":
      return eventTables();
    case "webhook-payloads":
      return eventPayloads();
    case "key-pattern":
      return [textBlock("Regular expression", secretPattern(values.keyPrefix).source)];
    default:
      throw new Error(`there is no @${name}`);
  }
}

function snippetBlock(id: string, values: DocsValues): Block {
  const group = findSnippetGroup(id);
  return {
    kind: "code",
    title: group.title,
    choice: group.choice,
    samples: group.snippets.map((snippet) => ({
      key: snippet.key,
      label: snippetLabels[snippet.key],
      language: snippetLanguages[snippet.key],
      text: snippet.code(values),
    })),
  };
}

function textBlock(title: string, text: string): Block {
  const sample = { key: "text", label: title, language: "text", text };
  return { kind: "code", title, choice: "none", samples: [sample] };
}
