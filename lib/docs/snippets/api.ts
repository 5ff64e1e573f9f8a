import { inLanguages, type SnippetGroup, single } from "@/lib/docs/snippets/snippet";

/** Resources, generation and models. */
export const apiSnippets: readonly SnippetGroup[] = [
  single(
    "resource-create",
    "Create",
    "curl",
    (v) => `curl ${v.apiUrl}/resources \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{"name": "My Resource", "type": "compute", "config": {"cpu": 2, "memory": "4GB"}}'`,
  ),
  inLanguages("resource-pages", "All pages of a list", {
    javascript: (
      v,
    ) => `const headers = { "Authorization": \`Bearer \${process.env.${v.keyVariable}}\` };
const url = new URL("${v.apiUrl}/resources");
url.searchParams.set("limit", "100");

let page;
do {
  page = await (await fetch(url, { headers })).json();
  for (const resource of page.data) console.log(resource.id, resource.name);
  url.searchParams.set("cursor", page.next_cursor);
} while (page.has_more);
console.log("That was all.");`,
    python: (v) => `import os
import requests

headers = {"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"}
params = {"limit": 100}

while True:
    page = requests.get(
        "${v.apiUrl}/resources", headers=headers, params=params, timeout=30
    ).json()
    for resource in page["data"]:
        print(resource["id"], resource["name"])
    if not page["has_more"]:
        break
    params["cursor"] = page["next_cursor"]
print("That was all.")`,
  }),
  single(
    "resource-if-match",
    "Change only the version that was read",
    "javascript",
    (v) => `const headers = {
  "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
  "Content-Type": "application/json",
};
const created = await fetch("${v.apiUrl}/resources", {
  method: "POST",
  headers,
  body: JSON.stringify({ name: "Counter", type: "example", config: { value: 1 } }),
});
const resource = await created.json();
const url = \`${v.apiUrl}/resources/\${resource.id}\`;

const changed = await fetch(url, {
  method: "PATCH",
  headers: { ...headers, "If-Match": created.headers.get("etag") },
  body: JSON.stringify({ config: { value: 2 } }),
});
console.log(changed.status);

// The version that was created is no longer the current one.
const late = await fetch(url, {
  method: "PATCH",
  headers: { ...headers, "If-Match": created.headers.get("etag") },
  body: JSON.stringify({ config: { value: 3 } }),
});
console.log(late.status);

await fetch(url, { method: "DELETE", headers });`,
  ),
  inLanguages("generate", "Generate a text", {
    curl: (v) => `curl -X POST ${v.apiUrl}/generate \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "prompt": "Hello, world!",
    "model": "gpt-4"
  }'`,
    javascript: (v) => `const response = await fetch("${v.apiUrl}/generate", {
  method: "POST",
  headers: {
    "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({ prompt: "Hello, world!", model: "gpt-4" }),
});
console.log(await response.json());`,
    python: (v) => `import os
import requests

response = requests.post(
    "${v.apiUrl}/generate",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    json={"prompt": "Hello, world!", "model": "gpt-4"},
    timeout=60,
)
print(response.json())`,
  }),
  inLanguages("force-failure", "Meet a failure on purpose", {
    curl: (v) => `curl -i ${v.apiUrl}/chat/completions \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "mock-429", "messages": [{"role": "user", "content": "Hello!"}]}'`,
    javascript: (v) => `const response = await fetch("${v.apiUrl}/chat/completions", {
  method: "POST",
  headers: {
    "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
    model: "mock-429",
    messages: [{ role: "user", content: "Hello!" }],
  }),
});
console.log(response.status, response.headers.get("retry-after"));`,
    python: (v) => `import os
import requests

response = requests.post(
    "${v.apiUrl}/chat/completions",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    json={"model": "mock-429", "messages": [{"role": "user", "content": "Hello!"}]},
    timeout=60,
)
print(response.status_code, response.headers["retry-after"])`,
  }),
  single("openapi", "The OpenAPI document", "curl", (v) => `curl ${v.apiUrl}/openapi.json`),
];
