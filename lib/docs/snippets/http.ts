import { type SnippetGroup, single } from "@/lib/docs/snippets/snippet";

/** Clients of one's own: any library that can send a header will do. */
export const httpSnippets: readonly SnippetGroup[] = [
  single(
    "fetch-list",
    "List resources",
    "javascript",
    (v) => `const response = await fetch("${v.apiUrl}/resources", {
  headers: { "Authorization": \`Bearer \${process.env.${v.keyVariable}}\` },
});

if (!response.ok) {
  throw new Error(\`HTTP error! status: \${response.status}\`);
}

const { data } = await response.json();
console.log(data);`,
  ),
  single(
    "fetch-life",
    "Create, replace and delete a resource",
    "javascript",
    (v) => `const headers = {
  "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
  "Content-Type": "application/json",
};

async function send(method, path, body) {
  const response = await fetch("${v.apiUrl}" + path, {
    method,
    headers,
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

const resource = await send("POST", "/resources", {
  name: "My Resource",
  type: "compute",
  config: { cpu: 2, memory: "4GB" },
});
console.log("Created:", resource.id);

const updated = await send("PUT", \`/resources/\${resource.id}\`, {
  name: "Updated Name",
  config: { cpu: 4, memory: "8GB" },
});
console.log("Updated:", updated.name);

await send("DELETE", \`/resources/\${resource.id}\`);
console.log("Deleted.");`,
  ),
  single("axios-install", "Install", "terminal", () => "npm install axios"),
  single(
    "axios-client",
    "A client that carries the key",
    "javascript",
    (v) => `import axios from "axios";

const client = axios.create({
  baseURL: "${v.apiUrl}",
  headers: { "Authorization": \`Bearer \${process.env.${v.keyVariable}}\` },
  timeout: 60_000,
});

const created = await client.post("/resources", {
  name: "My Resource",
  type: "compute",
  config: { cpu: 2, memory: "4GB" },
});
console.log("Created:", created.data.id);

const list = await client.get("/resources");
console.log(list.data.data.length, "resources");

await client.delete(\`/resources/\${created.data.id}\`);`,
  ),
  single(
    "axios-errors",
    "Errors with axios",
    "javascript",
    (v) => `import axios from "axios";

try {
  await axios.get("${v.apiUrl}/resources/no-such-resource", {
    headers: { "Authorization": \`Bearer \${process.env.${v.keyVariable}}\` },
  });
} catch (error) {
  if (!axios.isAxiosError(error) || !error.response) throw error;
  const { status, data, headers } = error.response;
  console.log(status, data.error.code, headers["x-request-id"]);
}`,
  ),
  {
    id: "client-class",
    title: "A reusable client",
    choice: "none",
    snippets: [{ key: "typescript", code: (v) => clientClass(v.clientClass, v.apiUrl) }],
  },
  single(
    "client-usage",
    "Using it",
    "typescript",
    (v) => `import { ${v.clientClass} } from "./${v.clientFile}.ts";

const client = new ${v.clientClass}(process.env.${v.keyVariable} ?? "");

const created = await client.post<{ id: string }>("/resources", {
  name: "My Resource",
  type: "compute",
});
const list = await client.get<{ data: { name: string }[] }>("/resources");
console.log(list.data.map((resource) => resource.name));

await client.delete(\`/resources/\${created.id}\`);`,
  ),
  single(
    "requests-session",
    "A session that carries the key",
    "python",
    (v) => `import os
import requests

session = requests.Session()
session.headers["Authorization"] = f"Bearer {os.environ['${v.keyVariable}']}"
base_url = "${v.apiUrl}"

created = session.post(
    f"{base_url}/resources",
    json={"name": "My Resource", "type": "compute", "config": {"cpu": 2}},
    timeout=30,
)
created.raise_for_status()
resource = created.json()
print("Created:", resource["id"])

listed = session.get(f"{base_url}/resources", timeout=30)
print(len(listed.json()["data"]), "resources")

session.delete(f"{base_url}/resources/{resource['id']}", timeout=30)`,
  ),
];

function clientClass(name: string, apiUrl: string): string {
  return `export class ${name} {
  private readonly apiKey: string;
  private readonly baseURL: string;

  constructor(apiKey: string, baseURL = "${apiUrl}") {
    this.apiKey = apiKey;
    this.baseURL = baseURL;
  }

  get<T>(path: string): Promise<T> {
    return this.request("GET", path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.request("POST", path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.request("PUT", path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.request("DELETE", path);
  }

  private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.baseURL + path, {
      method,
      headers: {
        "Authorization": \`Bearer \${this.apiKey}\`,
        "Content-Type": "application/json",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) {
      const error = await response.json().catch(() => ({}));
      const id = response.headers.get("x-request-id");
      throw new Error(\`\${error.message ?? response.statusText} (\${id})\`);
    }
    return response.json();
  }
}`;
}
