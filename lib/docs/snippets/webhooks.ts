import { inLanguages, type SnippetGroup, single } from "@/lib/docs/snippets/snippet";

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
    snippets: [
      { key: "javascript", code: () => "npm install standardwebhooks" },
      { key: "python", code: () => "pip install standardwebhooks" },
    ],
  },
  {
    id: "webhook-receive",
    title: "Receive events",
    choice: "language",
    snippets: [
      {
        key: "javascript",
        code: () => `import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let event;
  try {
    // The very bytes that came: JSON that was parsed and written again is another text.
    event = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
  } catch {
    response.writeHead(400).end();
    return;
  }
  // Answer first; what takes long is done afterwards.
  response.writeHead(204).end();
  console.log(request.headers["webhook-id"], event.type, event.data);
});
server.listen(process.env.PORT ?? 8080);`,
      },
      {
        key: "python",
        code: () => `import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            # The very bytes that came: JSON that was parsed and written again is another text.
            event = webhook.verify(body, dict(self.headers))
        except WebhookVerificationError:
            self.send_response(400)
            self.end_headers()
            return
        # Answer first; what takes long is done afterwards.
        self.send_response(204)
        self.end_headers()
        print(self.headers["webhook-id"], event["type"], event["data"], flush=True)


ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()`,
      },
    ],
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
