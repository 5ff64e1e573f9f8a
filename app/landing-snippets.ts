/** One request in a language, with the reader's own host filled in. */
export interface Snippet {
  language: string;
  code: string;
}

/** The same question to three models in three languages; `baseUrl` ends in `/v1`. */
export function landingSnippets(baseUrl: string, keyVariable: string): Snippet[] {
  return [
    { language: "curl", code: curlSnippet(baseUrl, keyVariable) },
    { language: "JavaScript", code: javascriptSnippet(baseUrl, keyVariable) },
    { language: "Python", code: pythonSnippet(baseUrl, keyVariable) },
  ];
}

function curlSnippet(baseUrl: string, keyVariable: string): string {
  return `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer $${keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "deepseek-chat",
    "messages": [
      {
        "role": "user",
        "content": "Say hello."
      }
    ]
  }'`;
}

function javascriptSnippet(baseUrl: string, keyVariable: string): string {
  return `import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "${baseUrl}",
  apiKey: process.env.${keyVariable},
});

const answer = await client.chat.completions.create({
  model: "glm-4.7",
  messages: [{ role: "user", content: "Say hello." }],
});
console.log(answer.choices[0].message.content);`;
}

function pythonSnippet(baseUrl: string, keyVariable: string): string {
  return `import os
from openai import OpenAI

client = OpenAI(
    base_url="${baseUrl}",
    api_key=os.environ["${keyVariable}"],
)

answer = client.chat.completions.create(
    model="gpt-4",
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.choices[0].message.content)`;
}
