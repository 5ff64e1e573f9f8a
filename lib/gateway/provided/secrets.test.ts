import { afterAll, beforeAll, expect, it } from "vitest";
import { mockCredential } from "@/lib/gateway/testing/mock-upstream";
import { endProcess, type GatewayProcess, spawnGateway } from "@/lib/gateway/testing/process";
import {
  messages,
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
} from "@/lib/gateway/testing/provided-door";

let provided: ProvidedDoor;
let gateway: GatewayProcess;
beforeAll(async () => {
  provided = await openProvidedDoor();
  gateway = await spawnGateway(provided.door.database.url, 24_600, { LOG_LEVEL: "debug" });
});
afterAll(async () => {
  await endProcess(gateway.child, "SIGTERM");
  await provided.close();
});

/** A text as it may be found: plain, and in the encodings that things are logged and sent in. */
function spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  return [text, bytes.toString("base64").slice(0, -4), bytes.toString("hex")];
}

it("G02 P10 a provider's key is in no answer, no log and no row, whatever the provider does", async () => {
  const caller = await newCaller(provided);
  const seen: string[] = [];
  const failures = [400, 401, 403, 404, 429, 500, 529].map((status) => ({
    ...{ does: "status" as const, status },
  }));
  const echo = `data: {"error":{"message":"${mockCredential}","type":"${mockCredential}"}}\n\n`;
  const scripts = [...failures, { does: "stream" as const, text: echo }];
  for (const script of scripts) {
    for (const stream of [false, true]) {
      provided.openai.play(script, script, script);
      const response = await fetch(`${gateway.origin}/v1/chat/completions`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${caller.key.secret}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ model: "of-openai", messages, stream }),
      });
      seen.push(JSON.stringify([...response.headers]), await response.text());
    }
  }
  const rows = await provided.door.sql`select row_to_json(r)::text as row from request_log r`;
  const tables = await provided.door.sql`select row_to_json(u)::text as row from upstreams u`;
  expect(rows.length).toBe(scripts.length * 2);
  const all = [...seen, gateway.output(), ...[...rows, ...tables].map(({ row }) => row)].join("\n");
  for (const spelling of spellings(mockCredential)) expect(all).not.toContain(spelling);
  expect(seen.join()).not.toMatch(/mock|vendor/);
  // Whoever runs this hears that the provider refuses the key.
  expect(gateway.output()).toMatch(/"level":50.*refuses our own account/);
});
