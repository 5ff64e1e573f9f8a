import { brand } from "@/lib/brand";

export interface SnippetInput {
  secret: string;
  /** Ends in `/v1`. */
  apiBaseUrl: string;
}

export interface Snippet {
  value: string;
  label: string;
  /** What it is called where it is copied. */
  noun: string;
  code: string;
}

/** The two lines that every application needs. */
export function envLines({ secret, apiBaseUrl }: SnippetInput): string {
  return `${brand.keyVariable}=${secret}\n${brand.urlVariable}=${apiBaseUrl}\n`;
}

function curl({ secret, apiBaseUrl }: SnippetInput): string {
  return `curl ${apiBaseUrl}/chat/completions \\
  -H "Authorization: Bearer ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "deepseek-chat",
    "messages": [{ "role": "user", "content": "Hello!" }]
  }'`;
}

function openai({ secret, apiBaseUrl }: SnippetInput): string {
  return `# npm install openai
export OPENAI_API_KEY=${secret}
export OPENAI_BASE_URL=${apiBaseUrl}

node --input-type=module <<'JS'
import OpenAI from "openai";

const client = new OpenAI();
const answer = await client.chat.completions.create({
  model: "deepseek-chat",
  messages: [{ role: "user", content: "Hello!" }],
});
console.log(answer.choices[0].message.content);
JS`;
}

function anthropic({ secret, apiBaseUrl }: SnippetInput): string {
  return `# npm install @anthropic-ai/sdk
export ANTHROPIC_AUTH_TOKEN=${secret}
export ANTHROPIC_BASE_URL=${apiBaseUrl.replace(/\/v1$/, "")}

node --input-type=module <<'JS'
import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();
const answer = await client.messages.create({
  model: "deepseek-chat",
  max_tokens: 256,
  messages: [{ role: "user", content: "Hello!" }],
});
console.log(answer.content[0].text);
JS`;
}

/** Ways to use a key, each of which works as it stands. */
export function snippetsOf(input: SnippetInput): Snippet[] {
  return [
    { value: "env", label: ".env", noun: ".env lines", code: envLines(input).trimEnd() },
    { value: "curl", label: "curl", noun: "curl command", code: curl(input) },
    { value: "openai", label: "OpenAI SDK", noun: "OpenAI example", code: openai(input) },
    {
      value: "anthropic",
      label: "Anthropic SDK",
      noun: "Anthropic example",
      code: anthropic(input),
    },
  ];
}
