import type { ChatBody } from "@/app/(dashboard)/playground/chat-body";
import { prettyJson } from "@/lib/docs/pretty-json";

/** The deployment's names in samples; the key itself is never among them. */
export interface SampleNames {
  /** The variable that holds the key. */
  keyVariable: string;
  /** The API's address without `/v1`. */
  apiOrigin: string;
}

export interface CodeSample {
  id: string;
  label: string;
  code: string;
}

/** For a shell, between single quotes. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The raw request, with the variable in the place of the key. */
export function requestText(body: ChatBody, names: SampleNames): string {
  const { host } = new URL(names.apiOrigin);
  return `POST /v1/chat/completions HTTP/1.1
Host: ${host}
Authorization: Bearer $${names.keyVariable}
Content-Type: application/json

${prettyJson(body)}`;
}

function curl(body: ChatBody, { keyVariable, apiOrigin }: SampleNames): string {
  return `curl ${body.stream ? "-N " : ""}${apiOrigin}/v1/chat/completions \\
  -H "Authorization: Bearer $${keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d ${shellQuoted(prettyJson(body))}`;
}

function openAiJavaScript(body: ChatBody, { keyVariable, apiOrigin }: SampleNames): string {
  const head = `import OpenAI from "openai";

const client = new OpenAI({
  apiKey: process.env.${keyVariable},
  baseURL: "${apiOrigin}/v1",
});
`;
  if (!body.stream) {
    return `${head}
const answer = await client.chat.completions.create(${prettyJson(body)});
console.log(answer.choices[0].message.content);`;
  }
  return `${head}
const stream = await client.chat.completions.create(${prettyJson(body)});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}`;
}

/** The same in the words of Anthropic's Messages: the system prompt is apart, the limit required. */
function anthropicJavaScript(
  body: ChatBody,
  { keyVariable, apiOrigin }: SampleNames,
  defaultMaxTokens: number,
): string {
  const system = body.messages.filter(({ role }) => role === "system");
  const message = {
    model: body.model,
    max_tokens: body.max_tokens ?? defaultMaxTokens,
    ...(body.temperature === undefined ? {} : { temperature: body.temperature }),
    ...(system.length === 0 ? {} : { system: system.map(({ content }) => content).join("\n\n") }),
    messages: body.messages.filter(({ role }) => role !== "system"),
  };
  const head = `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  authToken: process.env.${keyVariable},
  baseURL: "${apiOrigin}",
});
`;
  if (!body.stream) {
    return `${head}
const message = await client.messages.create(${prettyJson(message)});
console.log(message.content[0].text);`;
  }
  return `${head}
const stream = client.messages.stream(${prettyJson(message)});
stream.on("text", (text) => process.stdout.write(text));
await stream.finalMessage();`;
}

/** What Python writes otherwise than JSON; the texts of a body are the same in both. */
const pythonWords: Record<string, string> = {
  stream: "True",
  stream_options: '{"include_usage": True}',
};

function python(body: ChatBody, { keyVariable, apiOrigin }: SampleNames): string {
  const args = Object.entries(body).map(
    ([name, value]) =>
      `    ${name}=${pythonWords[name] ?? prettyJson(value).replaceAll("\n", "\n    ")},`,
  );
  const head = `import os
from openai import OpenAI

client = OpenAI(
    api_key=os.environ["${keyVariable}"],
    base_url="${apiOrigin}/v1",
)
`;
  const call = `client.chat.completions.create(\n${args.join("\n")}\n)`;
  if (!body.stream) {
    return `${head}
answer = ${call}
print(answer.choices[0].message.content)`;
  }
  return `${head}
stream = ${call}
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`;
}

/** The request in the ways a program would make it. */
export function codeSamples(
  body: ChatBody,
  names: SampleNames,
  defaultMaxTokens: number,
): CodeSample[] {
  return [
    { id: "curl", label: "curl", code: curl(body, names) },
    { id: "openai", label: "OpenAI JS", code: openAiJavaScript(body, names) },
    {
      id: "anthropic",
      label: "Anthropic JS",
      code: anthropicJavaScript(body, names, defaultMaxTokens),
    },
    { id: "python", label: "Python", code: python(body, names) },
  ];
}
