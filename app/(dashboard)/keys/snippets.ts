import { brand } from "@/lib/brand";

export interface SnippetInput {
  secret: string;
  /** Ends in `/v1`. */
  apiBaseUrl: string;
}

export interface Snippet {
  value: string;
  label: string;
  /** What to do with it. */
  title: string;
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

function javascript({ secret, apiBaseUrl }: SnippetInput): string {
  return `const response = await fetch("${apiBaseUrl}/chat/completions", {
  method: "POST",
  headers: {
    authorization: "Bearer ${secret}",
    "content-type": "application/json",
  },
  body: JSON.stringify({
    model: "deepseek-chat",
    messages: [{ role: "user", content: "Hello!" }],
  }),
});
const answer = await response.json();
console.log(answer.choices[0].message.content);`;
}

function python({ secret, apiBaseUrl }: SnippetInput): string {
  return `import requests

response = requests.post(
    "${apiBaseUrl}/chat/completions",
    headers={"Authorization": "Bearer ${secret}"},
    json={
        "model": "deepseek-chat",
        "messages": [{"role": "user", "content": "Hello!"}],
    },
)
response.raise_for_status()
print(response.json()["choices"][0]["message"]["content"])`;
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
    {
      value: "env",
      label: ".env",
      title: "Lines for your .env file",
      noun: ".env lines",
      code: envLines(input).trimEnd(),
    },
    {
      value: "curl",
      label: "curl",
      title: "Run in a terminal",
      noun: "curl command",
      code: curl(input),
    },
    {
      value: "javascript",
      label: "JavaScript",
      title: "Save as hello.mjs, run with node hello.mjs",
      noun: "JavaScript example",
      code: javascript(input),
    },
    {
      value: "python",
      label: "Python",
      title: "Save as hello.py after pip install requests",
      noun: "Python example",
      code: python(input),
    },
    {
      value: "openai",
      label: "OpenAI SDK",
      title: "Run in a terminal",
      noun: "OpenAI example",
      code: openai(input),
    },
    {
      value: "anthropic",
      label: "Anthropic SDK",
      title: "Run in a terminal",
      noun: "Anthropic example",
      code: anthropic(input),
    },
  ];
}
