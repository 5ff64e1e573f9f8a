import { inLanguages, type SnippetGroup, single } from "@/lib/docs/snippets/snippet";

/** Getting a key into an environment, and a first answer out of the API. */
export const startSnippets: readonly SnippetGroup[] = [
  {
    id: "set-key",
    title: "Put the key into the environment",
    choice: "shell",
    snippets: [
      { key: "bash", code: (v) => `export ${v.keyVariable}="${v.key}"` },
      { key: "cmd", code: (v) => `set ${v.keyVariable}=${v.key}` },
      { key: "powershell", code: (v) => `$env:${v.keyVariable} = "${v.key}"` },
    ],
  },
  inLanguages("first-request", "A first request", {
    curl: (v) => `curl ${v.apiUrl}/chat/completions \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "deepseek-chat",
    "messages": [{"role": "user", "content": "Hello!"}]
  }'`,
    javascript: (v) => `// hello.mjs: run with node hello.mjs
const response = await fetch("${v.apiUrl}/chat/completions", {
  method: "POST",
  headers: {
    "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
    model: "deepseek-chat",
    messages: [{ role: "user", content: "Hello!" }],
  }),
});

const answer = await response.json();
if (!response.ok) throw new Error(answer.error.message);
console.log(answer.choices[0].message.content);`,
    python: (v) => `# hello.py: pip install requests, then python hello.py
import os
import requests

response = requests.post(
    "${v.apiUrl}/chat/completions",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    json={
        "model": "deepseek-chat",
        "messages": [{"role": "user", "content": "Hello!"}],
    },
    timeout=60,
)
response.raise_for_status()
print(response.json()["choices"][0]["message"]["content"])`,
  }),
  inLanguages("request-cost", "What a request cost", {
    curl: (v) => `curl -sD - -o /dev/null ${v.apiUrl}/chat/completions \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "glm-4.7", "messages": [{"role": "user", "content": "Hello!"}]}' \\
  | grep -i '^x-'`,
    javascript: (v) => `const response = await fetch("${v.apiUrl}/chat/completions", {
  method: "POST",
  headers: {
    "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
    model: "glm-4.7",
    messages: [{ role: "user", content: "Hello!" }],
  }),
});

for (const name of ["x-request-id", "x-request-cost", "x-balance-remaining"]) {
  console.log(name, response.headers.get(name));
}`,
    python: (v) => `import os
import requests

response = requests.post(
    "${v.apiUrl}/chat/completions",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    json={"model": "glm-4.7", "messages": [{"role": "user", "content": "Hello!"}]},
    timeout=60,
)
for name in ("x-request-id", "x-request-cost", "x-balance-remaining"):
    print(name, response.headers[name])`,
  }),
  inLanguages("verify-key", "Check a key", {
    curl: (v) => `curl ${v.apiUrl}/models \\
  -H "Authorization: Bearer $${v.keyVariable}"`,
    javascript: (v) => `const response = await fetch("${v.apiUrl}/models", {
  headers: { "Authorization": \`Bearer \${process.env.${v.keyVariable}}\` },
});

console.log(response.status === 200 ? "The key works." : await response.text());`,
    python: (v) => `import os
import requests

response = requests.get(
    "${v.apiUrl}/models",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    timeout=30,
)
print("The key works." if response.status_code == 200 else response.text)`,
  }),
  single(
    "x-api-key",
    "The same key in x-api-key",
    "curl",
    (v) => `curl ${v.apiUrl}/models \\
  -H "x-api-key: $${v.keyVariable}"`,
  ),
];

/** Variables in every shell and in files. */
export const environmentSnippets: readonly SnippetGroup[] = [
  {
    id: "set-variables",
    title: "For this terminal",
    choice: "shell",
    snippets: [
      {
        key: "bash",
        code: (v) => `export ${v.keyVariable}="${v.key}"
export ${v.urlVariable}="${v.apiUrl}"`,
      },
      {
        key: "cmd",
        code: (v) => `set ${v.keyVariable}=${v.key}
set ${v.urlVariable}=${v.apiUrl}`,
      },
      {
        key: "powershell",
        code: (v) => `$env:${v.keyVariable} = "${v.key}"
$env:${v.urlVariable} = "${v.apiUrl}"`,
      },
    ],
  },
  {
    id: "keep-variables",
    title: "For every terminal from now on",
    choice: "shell",
    snippets: [
      {
        key: "bash",
        code: (v) => `# bash reads ~/.bashrc, zsh reads ~/.zshrc
echo 'export ${v.keyVariable}="${v.key}"' >> ~/.bashrc`,
      },
      { key: "cmd", code: (v) => `setx ${v.keyVariable} "${v.key}"` },
      {
        key: "powershell",
        code: (v) =>
          `[Environment]::SetEnvironmentVariable("${v.keyVariable}", "${v.key}", "User")`,
      },
    ],
  },
  single(
    "dotenv-file",
    ".env",
    "dotenv",
    (v) => `${v.keyVariable}=${v.key}
${v.urlVariable}=${v.apiUrl}`,
  ),
  single("gitignore", ".gitignore", "ignore", () => ".env\n.env.local\n.env.*.local"),
  single(
    "ignore-dotenv",
    "Add the lines, and check that Git obeys",
    "terminal",
    () => `printf '%s\\n' .env .env.local '.env.*.local' >> .gitignore
git check-ignore .env`,
  ),
  {
    id: "load-dotenv",
    title: "Read the .env file",
    choice: "language",
    snippets: [
      {
        key: "javascript",
        code: (v) => `// Node 20.12 or later needs no package.
process.loadEnvFile();

console.log(process.env.${v.keyVariable} ? "The key is there." : "No key.");`,
      },
      {
        key: "python",
        code: (v) => `# pip install python-dotenv
import os
from dotenv import load_dotenv

load_dotenv()
print("The key is there." if os.getenv("${v.keyVariable}") else "No key.")`,
      },
    ],
  },
];
