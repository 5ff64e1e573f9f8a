import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type DocsDoor, openDocsDoor } from "@/lib/docs/testing/door";
import { pythonLacks, root, runBash } from "@/lib/docs/testing/run";
import { findPort } from "@/lib/gateway/testing/process";
import { exampleMessage } from "@/lib/webhooks/events";
import { newWebhookSecret, signatureHeader } from "@/lib/webhooks/signature";

let docs: DocsDoor;
let receiver: ChildProcess | undefined;

beforeAll(async () => {
  docs = await openDocsDoor();
});
afterAll(() => docs.close());
afterEach(async () => {
  const running = receiver;
  receiver = undefined;
  if (!running || running.exitCode !== null) return;
  const exited = once(running, "exit");
  running.kill("SIGKILL");
  await exited;
});

const programs = [
  ["javascript", process.execPath, ["--input-type=module", "--eval"], null],
  ["python", "python3", ["-c"], pythonLacks("standardwebhooks")],
] as const;

for (const [language, command, flags, lack] of programs) {
  it.skipIf(lack !== null)(
    `D14 the receiver in ${language} takes what we sign and refuses all else${lack ? ` (not run: ${lack})` : ""}`,
    async () => {
      const port = await findPort(21_400);
      const secret = newWebhookSecret();
      const child = spawn(command, [...flags, docs.code(`webhook-receive/${language}`)], {
        cwd: root,
        env: {
          ...{ NODE_ENV: "production", PATH: process.env.PATH ?? "" },
          ...{ WEBHOOK_SECRET: secret, PORT: String(port) },
        },
      });
      receiver = child;
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += chunk;
      });
      child.stderr.on("data", (chunk) => {
        output += chunk;
      });
      const message = exampleMessage("balance.low");
      const body = JSON.stringify(message);
      async function send(signedWith: string, sent: string): Promise<number> {
        const parts = { id: message.id, timestamp: Math.floor(Date.now() / 1_000), body };
        const response = await fetch(`http://127.0.0.1:${port}/`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "webhook-id": parts.id,
            "webhook-timestamp": String(parts.timestamp),
            "webhook-signature": signatureHeader([signedWith], parts),
          },
          body: sent,
        });
        return response.status;
      }
      await expect
        .poll(() => send(secret, body).catch(() => output), { timeout: 15_000 })
        .toBe(204);
      expect(await send(newWebhookSecret(), body)).toBe(400);
      expect(await send(secret, body.replace("1.87", "9.87"))).toBe(400);
      await expect.poll(() => output).toContain("balance.low");
    },
  );
}

it("D14 what failed is sent again as the page shows", async () => {
  const create = await runBash(docs.code("webhook-create/curl"), { env: docs.adminEnv });
  const [endpoint = ""] = /we_\w{26}/.exec(create.output) ?? [];
  const env = { ...docs.adminEnv, ENDPOINT_ID: endpoint };
  const ran = await runBash(docs.code("webhook-resend/curl"), { env });
  expect(ran.output).toContain('{"resent":0,"left":0}');
});
