import { failureNotes, statusTitles } from "@/app/docs/failure-notes";
import type { Block } from "@/lib/docs/blocks";
import { parseBlocks } from "@/lib/docs/markdown";
import { prettyJson } from "@/lib/docs/pretty-json";
import type { DocsValues } from "@/lib/docs/values";
import type { Dialect } from "@/lib/gateway/dialect";
import { GatewayError, type RenderedError, renderError } from "@/lib/gateway/errors";
import { type FailureName, failureDefinition, failures } from "@/lib/gateway/failures";

const dialects: readonly { dialect: Dialect; label: string }[] = [
  { dialect: "openai", label: "OpenAI" },
  { dialect: "anthropic", label: "Anthropic" },
  { dialect: "rest", label: "REST" },
];

const requestId = "req_01kah5v3zq8m2n4c6d7e8f9gab";

interface Entry {
  name: FailureName;
  status: number;
  rendered: Record<Dialect, RenderedError>;
}

/** Every failure of the gateway's registry, as the gateway itself would answer it, by status. */
function listEntries(values: DocsValues): Entry[] {
  const names = Object.keys(failures).filter((name): name is FailureName => name in failures);
  return names
    .map((name) => {
      const error = new GatewayError(name, noteOf(name).example);
      const context = { requestId, balanceStatus: values.balanceStatus };
      const rendered = {
        openai: renderError(error, "openai", context),
        anthropic: renderError(error, "anthropic", context),
        rest: renderError(error, "rest", context),
      };
      return { name, status: rendered.rest.status, rendered };
    })
    .sort((a, b) => a.status - b.status);
}

function noteOf(name: FailureName) {
  const note = failureNotes[name];
  if (!note) throw new Error(`the failure ${name} has no explanation in failure-notes.ts`);
  return note;
}

/** One line a failure: where to look first. */
export function failureTable(values: DocsValues): Block {
  const rows = listEntries(values).map(({ name, status }) => {
    const { code, restCode } = failureDefinition(name);
    return `| ${status} | [${code}](#${code}) | \`${restCode}\` | ${noteOf(name).retry} |`;
  });
  const [table] = parseBlocks(
    ["| Status | Code | REST code | Try again? |", "|---|---|---|---|", ...rows].join("\n"),
  );
  if (!table) throw new Error("no table");
  return table;
}

/** The whole registry: meaning, what to do, headers and the body in each of the three dialects. */
export function failureBlocks(values: DocsValues): Block[] {
  const blocks: Block[] = [];
  let status = 0;
  for (const entry of listEntries(values)) {
    if (entry.status !== status) {
      status = entry.status;
      blocks.push(...parseBlocks(`## ${status} ${statusTitles[status] ?? ""}`.trim()));
    }
    blocks.push(...entryBlocks(entry));
  }
  return blocks;
}

function entryBlocks({ name, rendered }: Entry): Block[] {
  const note = noteOf(name);
  const { code } = failureDefinition(name);
  const headers = Object.entries(rendered.openai.headers)
    .filter(([header]) => header !== "connection")
    .map(([header, value]) => `\`${header}: ${value}\``);
  const anthropicStatus = rendered.anthropic.status;
  const notes = [
    headers.length > 0 ? `Sent with ${headers.join(", ")}.` : "",
    anthropicStatus === rendered.rest.status
      ? ""
      : `In Anthropic’s dialect the status is ${anthropicStatus}.`,
  ].filter((text) => text !== "");
  return [
    ...parseBlocks(`### \`${code}\``),
    ...parseBlocks(`${note.meaning} **What to do:** ${note.action}`),
    ...(notes.length > 0 ? parseBlocks(notes.join(" ")) : []),
    {
      kind: "code",
      title: `Body of ${code}`,
      choice: "dialect",
      samples: dialects.map(({ dialect, label }) => ({
        key: dialect,
        label,
        language: "json",
        text: prettyJson(rendered[dialect].body),
      })),
    },
  ];
}
