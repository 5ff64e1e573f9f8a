/** A program that receives events and believes only what is signed with `WEBHOOK_SECRET`. */
export interface WebhookReceiver {
  key: "javascript" | "python";
  label: string;
  /** What installs the package that it needs. */
  install: string;
  code: string;
}

/** What the documentation shows, and the page that shows a signing secret. */
export const webhookReceivers: readonly WebhookReceiver[] = [
  {
    key: "javascript",
    label: "JavaScript",
    install: "npm install standardwebhooks",
    code: `import { createServer } from "node:http";
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
    label: "Python",
    install: "pip install standardwebhooks",
    code: `import os
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
];
