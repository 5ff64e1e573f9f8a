import { type SnippetGroup, single } from "@/lib/docs/snippets/snippet";

/** The official SDKs, with nothing changed but key and address. */
export const openAiSnippets: readonly SnippetGroup[] = [
  install("openai-install", "openai"),
  {
    id: "openai-environment",
    title: "Variables the SDK reads by itself",
    choice: "shell",
    snippets: [
      {
        key: "bash",
        code: (v) => `export OPENAI_API_KEY="${v.key}"
export OPENAI_BASE_URL="${v.apiUrl}"`,
      },
      {
        key: "cmd",
        code: (v) => `set OPENAI_API_KEY=${v.key}
set OPENAI_BASE_URL=${v.apiUrl}`,
      },
      {
        key: "powershell",
        code: (v) => `$env:OPENAI_API_KEY = "${v.key}"
$env:OPENAI_BASE_URL = "${v.apiUrl}"`,
      },
    ],
  },
  inSdkLanguages("openai-chat", "A completion", {
    javascript: () => `import OpenAI from "openai";

const client = new OpenAI();

const answer = await client.chat.completions.create({
  model: "glm-4.7",
  messages: [{ role: "user", content: "Hello!" }],
});
console.log(answer.choices[0].message.content);`,
    python: () => `from openai import OpenAI

client = OpenAI()

answer = client.chat.completions.create(
    model="glm-4.7",
    messages=[{"role": "user", "content": "Hello!"}],
)
print(answer.choices[0].message.content)`,
  }),
  inSdkLanguages("openai-explicit", "Key and address in the code", {
    javascript: (v) => `import OpenAI from "openai";

const client = new OpenAI({
  apiKey: process.env.${v.keyVariable},
  baseURL: "${v.apiUrl}",
});

for await (const model of await client.models.list()) {
  console.log(model.id);
}`,
    python: (v) => `import os
from openai import OpenAI

client = OpenAI(
    api_key=os.environ["${v.keyVariable}"],
    base_url="${v.apiUrl}",
)

for model in client.models.list():
    print(model.id)`,
  }),
  inSdkLanguages("openai-stream", "A stream", {
    javascript: () => `import OpenAI from "openai";

const client = new OpenAI();

const stream = await client.chat.completions.create({
  model: "glm-4.7",
  messages: [{ role: "user", content: "Count to five." }],
  stream: true,
  stream_options: { include_usage: true },
});

for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
  if (chunk.usage) console.log("\\n" + chunk.usage.total_tokens + " tokens");
}`,
    python: () => `from openai import OpenAI

client = OpenAI()

stream = client.chat.completions.create(
    model="glm-4.7",
    messages=[{"role": "user", "content": "Count to five."}],
    stream=True,
    stream_options={"include_usage": True},
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")
    if chunk.usage:
        print(f"\\n{chunk.usage.total_tokens} tokens")`,
  }),
  inSdkLanguages("openai-errors", "Errors", {
    javascript: () => `import OpenAI from "openai";

const client = new OpenAI();

try {
  await client.chat.completions.create({
    model: "no-such-model",
    messages: [{ role: "user", content: "Hello!" }],
  });
} catch (error) {
  if (!(error instanceof OpenAI.APIError)) throw error;
  console.log(error.status, error.code, error.requestID);
}`,
    python: () => `from openai import APIStatusError, OpenAI

client = OpenAI()

try:
    client.chat.completions.create(
        model="no-such-model",
        messages=[{"role": "user", "content": "Hello!"}],
    )
except APIStatusError as error:
    print(error.status_code, error.code, error.request_id)`,
  }),
];

export const anthropicSnippets: readonly SnippetGroup[] = [
  install("anthropic-install", "@anthropic-ai/sdk", "anthropic"),
  {
    id: "anthropic-environment",
    title: "Variables the SDK reads by itself",
    choice: "shell",
    snippets: [
      {
        key: "bash",
        code: (v) => `export ANTHROPIC_AUTH_TOKEN="${v.key}"
export ANTHROPIC_BASE_URL="${v.apiOrigin}"`,
      },
      {
        key: "cmd",
        code: (v) => `set ANTHROPIC_AUTH_TOKEN=${v.key}
set ANTHROPIC_BASE_URL=${v.apiOrigin}`,
      },
      {
        key: "powershell",
        code: (v) => `$env:ANTHROPIC_AUTH_TOKEN = "${v.key}"
$env:ANTHROPIC_BASE_URL = "${v.apiOrigin}"`,
      },
    ],
  },
  single(
    "anthropic-api-key",
    "The same with ANTHROPIC_API_KEY",
    "terminal",
    (v) => `export ANTHROPIC_API_KEY="${v.key}"
export ANTHROPIC_BASE_URL="${v.apiOrigin}"`,
  ),
  inSdkLanguages("anthropic-message", "A message", {
    javascript: () => `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();

const message = await client.messages.create({
  model: "claude-haiku-4-5-20251001",
  max_tokens: 256,
  messages: [{ role: "user", content: "Hello!" }],
});
console.log(message.content[0].text);`,
    python: () => `import anthropic

client = anthropic.Anthropic()

message = client.messages.create(
    model="claude-haiku-4-5-20251001",
    max_tokens=256,
    messages=[{"role": "user", "content": "Hello!"}],
)
print(message.content[0].text)`,
  }),
  inSdkLanguages("anthropic-explicit", "Key and address in the code", {
    javascript: (v) => `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic({
  authToken: process.env.${v.keyVariable},
  baseURL: "${v.apiOrigin}",
});

const message = await client.messages.create({
  model: "deepseek-chat",
  max_tokens: 256,
  messages: [{ role: "user", content: "Hello!" }],
});
console.log(message.usage);`,
    python: (v) => `import os
import anthropic

client = anthropic.Anthropic(
    auth_token=os.environ["${v.keyVariable}"],
    base_url="${v.apiOrigin}",
)

message = client.messages.create(
    model="deepseek-chat",
    max_tokens=256,
    messages=[{"role": "user", "content": "Hello!"}],
)
print(message.usage)`,
  }),
  inSdkLanguages("anthropic-stream", "A stream", {
    javascript: () => `import Anthropic from "@anthropic-ai/sdk";

const client = new Anthropic();

const stream = client.messages.stream({
  model: "claude-haiku-4-5-20251001",
  max_tokens: 256,
  messages: [{ role: "user", content: "Count to five." }],
});

stream.on("text", (text) => process.stdout.write(text));
const message = await stream.finalMessage();
console.log("\\n" + message.stop_reason);`,
    python: () => `import anthropic

client = anthropic.Anthropic()

with client.messages.stream(
    model="claude-haiku-4-5-20251001",
    max_tokens=256,
    messages=[{"role": "user", "content": "Count to five."}],
) as stream:
    for text in stream.text_stream:
        print(text, end="")
    print("\\n" + stream.get_final_message().stop_reason)`,
  }),
  single(
    "anthropic-curl",
    "The same endpoint with curl",
    "curl",
    (v) => `curl ${v.apiUrl}/messages \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "claude-haiku-4-5-20251001",
    "max_tokens": 256,
    "messages": [{"role": "user", "content": "Hello!"}]
  }'`,
  ),
];

function install(id: string, npmName: string, pipName = npmName): SnippetGroup {
  return {
    id,
    title: "Install",
    choice: "language",
    snippets: [
      { key: "javascript", code: () => `npm install ${npmName}` },
      { key: "python", code: () => `pip install ${pipName}` },
    ],
  };
}

function inSdkLanguages(
  id: string,
  title: string,
  versions: Record<"javascript" | "python", SnippetGroup["snippets"][number]["code"]>,
): SnippetGroup {
  return {
    id,
    title,
    choice: "language",
    snippets: [
      { key: "javascript", code: versions.javascript },
      { key: "python", code: versions.python },
    ],
  };
}
