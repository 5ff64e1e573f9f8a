import type { Block, Sample } from "@/lib/docs/blocks";
import { parseBlocks } from "@/lib/docs/markdown";
import {
  exampleOf,
  fieldsOf,
  isRecord,
  type JsonRecord,
  listOf,
  recordOf,
  resolve,
  type SchemaField,
  textAt,
  typeOf,
} from "@/lib/docs/openapi-schema";
import { prettyJson } from "@/lib/docs/pretty-json";
import type { DocsValues } from "@/lib/docs/values";

/** Operations that belong together: one page of the reference. */
export interface ReferenceGroup {
  title: string;
  description: string;
  blocks: Block[];
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

interface OperationEntry {
  method: string;
  path: string;
  operation: JsonRecord;
  shared: unknown[];
}

/** What the reference knows beside the document. */
export interface ReferenceContext {
  values: DocsValues;
  /** The codes that an operation, named as `POST /v1/resources`, can fail with, and their statuses. */
  failuresOf(operation: string): readonly { status: number; code: string }[];
}

/** The pages of an OpenAPI 3.1 document, one for each of its tags, in the order of the document. */
export function referencePages(document: JsonRecord, context: ReferenceContext): ReferenceGroup[] {
  const byTag = new Map<string, OperationEntry[]>();
  for (const tag of listOf(document.tags)) byTag.set(textAt(tag, "name"), []);
  for (const entry of operationsOf(document)) {
    const tag = listOf(entry.operation.tags)[0];
    const name = typeof tag === "string" ? tag : "Other";
    byTag.set(name, [...(byTag.get(name) ?? []), entry]);
  }
  return [...byTag]
    .filter(([, entries]) => entries.length > 0)
    .map(([title, entries]) => ({
      title,
      description: describeTag(document, title, entries),
      blocks: entries.flatMap((entry) => operationBlocks(document, entry, context)),
    }));
}

/** Every operation as `POST /v1/resources`. */
export function operationNames(document: JsonRecord): string[] {
  return operationsOf(document).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
}

function operationsOf(document: JsonRecord): OperationEntry[] {
  return Object.entries(recordOf(document.paths)).flatMap(([path, item]) => {
    const entry = recordOf(item);
    return methods.flatMap((method) =>
      isRecord(entry[method])
        ? [{ method, path, operation: entry[method], shared: listOf(entry.parameters) }]
        : [],
    );
  });
}

function describeTag(document: JsonRecord, title: string, entries: OperationEntry[]): string {
  const tag = listOf(document.tags).find((candidate) => textAt(candidate, "name") === title);
  const names = entries.map((entry) => `${entry.method.toUpperCase()} ${entry.path}`);
  return textAt(tag, "description") || `${names.join(", ")}.`;
}

function operationBlocks(
  document: JsonRecord,
  { method, path, operation, shared }: OperationEntry,
  context: ReferenceContext,
): Block[] {
  const verb = method.toUpperCase();
  const description = textAt(operation, "description");
  const parameters = [...shared, ...listOf(operation.parameters)].map((parameter) =>
    resolve(document, parameter),
  );
  const body = jsonContent(resolve(document, operation.requestBody));
  return [
    ...markdown(`## ${textAt(operation, "summary") || `${verb} ${path}`}`),
    ...markdown(`\`${verb} ${path}\``),
    ...(description === "" ? [] : markdown(description)),
    requestSample(document, { verb, path, parameters, body }, context.values),
    ...parameterBlocks(document, parameters),
    ...(body ? titled("Body", fieldTable(fieldsOf(document, body.schema), true)) : []),
    ...answerBlocks(document, operation),
    ...failureTable(`${verb} ${path}`, context),
  ];
}

/** Texts of the document may be wrapped, and may hold lists. */
function markdown(text: string): Block[] {
  return parseBlocks(text.trim());
}

function titled(title: string, blocks: Block[]): Block[] {
  return blocks.length === 0 ? [] : [...markdown(`**${title}**`), ...blocks];
}

function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
}

function parameterBlocks(document: JsonRecord, parameters: JsonRecord[]): Block[] {
  if (parameters.length === 0) return [];
  const rows = parameters.map((parameter) => {
    const schema = resolve(document, parameter.schema);
    const required = parameter.required === true ? ", required" : "";
    const meaning = textAt(parameter, "description") || textAt(schema, "description");
    const type = `${textAt(parameter, "in")}, ${typeOf(document, schema)}${required}`;
    return `| \`${textAt(parameter, "name")}\` | ${cell(type)} | ${cell(meaning)} |`;
  });
  return titled(
    "Parameters",
    markdown(["| Name | In | Meaning |", "|---|---|---|", ...rows].join("\n")),
  );
}

function fieldTable(fields: readonly SchemaField[], showsRequired: boolean): Block[] {
  if (fields.length === 0) return [];
  const isDescribed = fields.some((field) => field.description !== "");
  const rows = fields.map((field) => {
    const required = showsRequired && field.required ? ", required" : "";
    const meaning = isDescribed ? ` ${cell(field.description)} |` : "";
    return `| \`${field.path}\` | ${cell(field.type)}${required} |${meaning}`;
  });
  const head = isDescribed
    ? ["| Field | Type | Meaning |", "|---|---|---|"]
    : ["| Field | Type |", "|---|---|"];
  return markdown([...head, ...rows].join("\n"));
}

/** What an example doesn't show: that a field has a meaning of its own, or can be something else. */
function isTelling(field: SchemaField): boolean {
  return field.description !== "" || field.type.includes(" or ");
}

interface JsonContent {
  schema: unknown;
  example: unknown;
}

/** The JSON of a request's or an answer's content. */
function jsonContent(holder: JsonRecord): JsonContent | null {
  const content = recordOf(holder.content);
  const media = content["application/json"];
  if (!isRecord(media)) return null;
  const [named] = Object.values(recordOf(media.examples));
  return { schema: media.schema, example: media.example ?? recordOf(named).value };
}

function answerBlocks(document: JsonRecord, operation: JsonRecord): Block[] {
  return Object.entries(recordOf(operation.responses))
    .filter(([status]) => /^2/.test(status))
    .flatMap(([status, response]) => {
      const answer = resolve(document, response);
      const json = jsonContent(answer);
      const intro = markdown(`**Answer ${status}.** ${textAt(answer, "description")}`.trim());
      if (!json) return intro;
      const example = json.example ?? exampleOf(document, json.schema);
      return [
        ...intro,
        ...(example === undefined ? [] : [jsonBlock(`Answer ${status}`, example)]),
        ...fieldTable(fieldsOf(document, json.schema).filter(isTelling), false),
      ];
    });
}

function jsonBlock(title: string, value: unknown): Block {
  const sample: Sample = {
    key: "json",
    label: "JSON",
    language: "json",
    text: prettyJson(value),
  };
  return { kind: "code", title, choice: "none", samples: [sample] };
}

/** The failures of each status, with links to what the errors page says of them. */
function failureTable(operation: string, context: ReferenceContext): Block[] {
  const byStatus = new Map<number, string[]>();
  for (const { status, code } of context.failuresOf(operation)) {
    byStatus.set(status, [...(byStatus.get(status) ?? []), `[${code}](/docs/errors#${code})`]);
  }
  const rows = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, links]) => `| ${status} | ${links.join(", ")} |`);
  if (rows.length === 0) return [];
  return titled("Failures", markdown(["| Status | Code |", "|---|---|", ...rows].join("\n")));
}

interface RequestParts {
  verb: string;
  path: string;
  parameters: JsonRecord[];
  body: JsonContent | null;
}

function requestSample(
  document: JsonRecord,
  { verb, path, parameters, body }: RequestParts,
  values: DocsValues,
): Block {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((candidate) => textAt(candidate, "name") === name);
    const schema = resolve(document, parameter?.schema);
    const example = parameter?.example ?? schema.example ?? listOf(schema.examples)[0];
    return typeof example === "string" ? example : name.toUpperCase();
  });
  const lines = [
    `curl ${verb === "GET" ? "" : `-X ${verb} `}${values.apiOrigin}${address}`,
    `-H "Authorization: Bearer $${values.keyVariable}"`,
  ];
  const example = body ? (body.example ?? exampleOf(document, body.schema)) : undefined;
  if (example !== undefined) {
    lines.push('-H "Content-Type: application/json"', `-d '${shellJson(example)}'`);
  }
  const sample = { key: "curl", label: "curl", language: "bash", text: lines.join(" \\\n  ") };
  return { kind: "code", title: `${verb} ${path}`, choice: "none", samples: [sample] };
}

const oneLineMax = 64;

/** JSON between single quotes of a shell, on one line where it is short. */
function shellJson(value: unknown): string {
  const short = JSON.stringify(value);
  const json = short.length <= oneLineMax ? short : prettyJson(value);
  return json.replaceAll("\n", "\n  ").replaceAll("'", "'\\''");
}
