import { inLanguages, type SnippetGroup, single } from "@/lib/docs/snippets/snippet";
import { webhookReceivers } from "@/lib/docs/snippets/webhook-receivers";

/** Receiving events: the endpoint, and a server that believes only what is signed. */
export const webhookSnippets: readonly SnippetGroup[] = [
  inLanguages("webhook-create", "Create an endpoint", {
    curl: (v) => `curl ${v.apiUrl}/webhooks \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "url": "https://example.com/webhooks",
    "events": ["balance.low", "api_key.expiring"]
  }'`,
    javascript: (v) => `const response = await fetch("${v.apiUrl}/webhooks", {
  method: "POST",
  headers: {
    "Authorization": \`Bearer \${process.env.${v.keyVariable}}\`,
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
    url: "https://example.com/webhooks",
    events: ["balance.low", "api_key.expiring"],
  }),
});

const created = await response.json();
if (!response.ok) throw new Error(created.message);
// created.secret is the signing secret; it is answered this once.
console.log(created.id, created.events);`,
    python: (v) => `import os
import requests

response = requests.post(
    "${v.apiUrl}/webhooks",
    headers={"Authorization": f"Bearer {os.environ['${v.keyVariable}']}"},
    json={
        "url": "https://example.com/webhooks",
        "events": ["balance.low", "api_key.expiring"],
    },
    timeout=30,
)
response.raise_for_status()
created = response.json()
# created["secret"] is the signing secret; it is answered this once.
print(created["id"], created["events"])`,
  }),
  {
    id: "webhook-install",
    title: "Install the verifier",
    choice: "language",
    snippets: webhookReceivers.map(({ key, install }) => ({ key, code: () => install })),
  },
  {
    id: "webhook-receive",
    title: "Receive events",
    choice: "language",
    snippets: webhookReceivers.map(({ key, code }) => ({ key, code: () => code })),
  },
  single(
    "webhook-resend",
    "Send again what failed",
    "curl",
    (v) => `curl ${v.apiUrl}/webhooks/$ENDPOINT_ID/resend-failed \\
  -H "Authorization: Bearer $${v.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{"since": "2026-11-21T00:00:00Z"}'`,
  ),
];
