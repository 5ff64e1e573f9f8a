import { inLanguages, type SnippetGroup, single } from "@/lib/docs/snippets/snippet";

/** Keys managed by programs, and found by them. */
export const keySnippets: readonly SnippetGroup[] = [
  inLanguages("key-create", "Create a key", {
    curl: (v) => `curl ${v.apiUrl}/keys \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "name": "Nightly batch",
    "scopes": ["read"],
    "expires_in_days": 90,
    "models": ["gpt-*"],
    "spend_caps": {"day": "25.00"}
  }'`,
    javascript: (v) => `const response = await fetch("${v.apiUrl}/keys", {
  method: "POST",
  headers: {
    "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
    name: "Nightly batch",
    scopes: ["read"],
    expires_in_days: 90,
    models: ["gpt-*"],
    spend_caps: { day: "25.00" },
  }),
});

const created = await response.json();
if (!response.ok) throw new Error(created.message);
// created.key is the secret; it is answered this once.
console.log(created.id, created.last4, created.expires_at);`,
    python: (v) => `import os
import requests

response = requests.post(
    "${v.apiUrl}/keys",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    json={
        "name": "Nightly batch",
        "scopes": ["read"],
        "expires_in_days": 90,
        "models": ["gpt-*"],
        "spend_caps": {"day": "25.00"},
    },
    timeout=30,
)
response.raise_for_status()
created = response.json()
# created["key"] is the secret; it is answered this once.
print(created["id"], created["last4"], created["expires_at"])`,
  }),
  single(
    "key-life",
    "Find, change and revoke",
    "javascript",
    (v) => `async function send(method, path, body) {
  const response = await fetch("${v.apiUrl}" + path, {
    method,
    headers: {
      "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
      "Content-Type": "application/json",
    },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

const made = await send("POST", "/keys", { name: "Old batch", scopes: ["read", "write"] });

const { data } = await send("GET", "/keys?status=active&limit=100");
const key = data.find((candidate) => candidate.id === made.id);

const narrower = await send("PATCH", \`/keys/\${key.id}\`, { scopes: ["read"] });
console.log(narrower.scopes);

const revoked = await send("POST", \`/keys/\${key.id}/revoke\`);
console.log(revoked.status);`,
  ),
  single(
    "key-self",
    "The calling key about itself",
    "curl",
    (v) => `curl ${v.apiUrl}/key \\
  -H "Authorization: Bearer $${v.keyVariable}"`,
  ),
  inLanguages("key-verify", "Check a key that a customer sent you", {
    curl: (v) => `curl ${v.apiUrl}/keys/verify \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d "{\\"key\\": \\"$CUSTOMER_KEY\\"}"`,
    javascript: (v) => `async function verify(customerKey) {
  const response = await fetch("${v.apiUrl}/keys/verify", {
    method: "POST",
    headers: {
      "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ key: customerKey }),
  });
  if (!response.ok) throw new Error(\`HTTP \${response.status}\`);
  return response.json();
}

const verified = await verify(process.env.CUSTOMER_KEY);
console.log(verified.valid ? verified.key.scopes : verified.reason);`,
    python: (v) => `import os
import requests


def verify(customer_key):
    response = requests.post(
        "${v.apiUrl}/keys/verify",
        headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
        json={"key": customer_key},
        timeout=30,
    )
    response.raise_for_status()
    return response.json()


verified = verify(os.environ["CUSTOMER_KEY"])
print(verified["key"]["scopes"] if verified["valid"] else verified["reason"])`,
  }),
  inLanguages("rotate-self", "Replace the calling key's secret", {
    curl: (v) => `curl -X POST ${v.apiUrl}/key/rotate \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{"grace_seconds": 3600}'`,
    javascript: (v) => `import { writeFile } from "node:fs/promises";

const response = await fetch("${v.apiUrl}/key/rotate", {
  method: "POST",
  headers: {
    "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({ grace_seconds: 3600 }),
});

const rotated = await response.json();
if (!response.ok) throw new Error(rotated.message);

// Store it first, use it afterwards: its first use starts the old one's hour.
await writeFile("key.env", \`${v.keyVariable}=\${rotated.key}\\n\`, { mode: 0o600 });
console.log("New secret ends in", rotated.last4);`,
  }),
  single(
    "search-repository",
    "Find keys in a repository",
    "terminal",
    (v) => `git log -p --all | grep -nE '${v.keyPrefix}_(live|test)_[0-9A-Za-z]{36}'`,
  ),
  single(
    "commit-hook",
    ".git/hooks/pre-commit",
    "terminal",
    (v) => `#!/bin/sh
if git diff --cached | grep -qE '^\\+.*${v.keyPrefix}_(live|test)_[0-9A-Za-z]{36}'; then
  echo "This commit holds an API key." >&2
  exit 1
fi`,
  ),
];
