import "server-only";
import { request } from "node:http";
import { type DemoEvent, demoSignatureHeader } from "@/lib/billing/demo/events";
import { signEvent } from "@/lib/billing/signature";
import { appOrigin, type Environment } from "@/lib/env";
import { newId } from "@/lib/id";

const deliveryTimeoutMs = 10_000;
const retryDelaysMs = [250, 1_000, 3_000];

/**
 * What the demo provider does after its customer has chosen: it signs an event and posts it to our own
 * webhook over HTTP, the way a real one would, again where we answer anything but 2xx. `now` is the
 * database's clock. Answers whether the event was taken.
 */
export async function sendDemoEvent(
  env: Environment,
  event: Pick<DemoEvent, "type" | "data">,
  now: Date,
): Promise<boolean> {
  const secret = env.DEMO_WEBHOOK_SECRET;
  if (!secret) return false;
  const created = Math.floor(now.getTime() / 1_000);
  const body = Buffer.from(JSON.stringify({ id: newId("event"), created, ...event }));
  const signature = signEvent(secret, body, now);
  for (const delayMs of [...retryDelaysMs, null]) {
    if (await deliver(body, signature, env)) return true;
    if (delayMs !== null) await new Promise((done) => setTimeout(done, delayMs));
  }
  return false;
}

/** One delivery. `node:http`, because `fetch` wouldn't let us name the host that web insists on. */
function deliver(body: Buffer, signature: string, env: Environment): Promise<boolean> {
  return new Promise((resolve) => {
    const post = request(
      {
        host: "127.0.0.1",
        port: env.PORT,
        method: "POST",
        path: "/api/webhooks/demo",
        timeout: deliveryTimeoutMs,
        headers: {
          host: new URL(appOrigin(env)).host,
          "content-type": "application/json",
          "content-length": body.length,
          [demoSignatureHeader]: signature,
        },
      },
      (response) => {
        response.resume();
        const status = response.statusCode ?? 0;
        resolve(status >= 200 && status < 300);
      },
    );
    post.on("timeout", () => post.destroy());
    post.on("error", () => resolve(false));
    post.on("close", () => resolve(false));
    post.end(body);
  });
}
