import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBooks } from "@/lib/gateway/testing/gateway";
import { endProcess, spawnGateway } from "@/lib/gateway/testing/process";
import {
  type Caller,
  costOf,
  messages,
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
} from "@/lib/gateway/testing/provided-door";

let provided: ProvidedDoor;
let caller: Caller;
const endings: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  provided = await openProvidedDoor();
  caller = await newCaller(provided);
});
afterEach(() => provided.close());
afterAll(() => Promise.all(endings.map((end) => end())));

/** Opens a stream that never ends and reads its first piece. */
async function openEndless(origin: string, abort: AbortController) {
  provided.openai.play({ does: "drip", gapMs: 20, endless: true });
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${caller.key.secret}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "of-openai", messages, max_tokens: 1_000, stream: true }),
    signal: abort.signal,
  });
  const reader = response.body?.getReader();
  await reader?.read();
  return { reader, exchange: provided.openai.exchanges[0] };
}

describe("P17 a gateway that is told to stop", () => {
  it("ends what it still listens to for a client that has left, and bills what was delivered", async () => {
    const abort = new AbortController();
    const { reader, exchange } = await openEndless(provided.door.origin, abort);
    abort.abort();
    await reader?.cancel().catch(() => undefined);
    await provided.door.gateways[0]?.stop(300);
    expect(await exchange?.closed).toBe("hung_up");
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "client_gone", estimated: true });
    expect(row.outputTokens).toBeLessThanOrEqual(exchange?.outputTokens ?? 0);
  });

  it("waits for an answer in one piece whose client has left, and bills it in full", async () => {
    const { openai, door } = provided;
    openai.play({ does: "status", status: 500 }, { does: "status", status: 500 });
    const abort = new AbortController();
    const posted = caller.post("openai", "of-openai", {}, abort.signal);
    await expect.poll(() => openai.exchanges.length).toBe(1);
    abort.abort();
    await expect(posted).rejects.toThrow();
    await door.gateways[0]?.stop(5_000);
    expect(await caller.settled()).toMatchObject({
      outcome: "client_gone",
      costNanos: costOf(17, 6),
    });
  });
});

describe("P4 a gateway that is killed in the middle of a provider's stream", () => {
  it("has the stream billed by its last progress, within a second of what was sent", async () => {
    const gateway = await spawnGateway(provided.door.database.url, 24_700);
    endings.push(() => endProcess(gateway.child, "SIGKILL"));
    const abort = new AbortController();
    const { reader, exchange } = await openEndless(gateway.origin, abort);
    const { sql } = provided.door;
    const progress = async () => {
      const [hold] = await sql`select output_tokens from holds`;
      return Number(hold?.output_tokens);
    };
    // Somebody has to take what comes, or nothing is delivered.
    const reading = (async () => {
      while (reader && !(await reader.read()).done);
    })().catch(() => undefined);
    await expect.poll(progress, { timeout: 10_000 }).toBeGreaterThan(10);
    await endProcess(gateway.child, "SIGKILL");
    const sent = exchange?.outputTokens ?? 0;
    await reading;
    await expect
      .poll(async () => (await readBooks(sql, caller.workspaceId)).holds, { timeout: 20_000 })
      .toBe(0);
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "recovered", estimated: true });
    expect(row.costNanos).toBe(costOf(row.inputTokens, row.outputTokens));
    expect(row.outputTokens).toBeLessThanOrEqual(sent);
    // Fifty a second, and as much again for a slow machine.
    expect(row.outputTokens).toBeGreaterThanOrEqual(sent - 100);
  }, 60_000);
});

describe("P16 an upstream that fails every request", () => {
  it("is left alone after twenty of them, and asked again after a pause", async () => {
    const { openai } = provided;
    const fail = async () => {
      openai.play(...Array.from({ length: 3 }, () => ({ does: "status" as const, status: 502 })));
      return (await caller.post("openai", "of-openai")).status;
    };
    for (let i = 0; i < 20; i++) expect(await fail()).toBe(502);
    openai.play();
    const asked = openai.exchanges.length;
    const resting = await caller.post("anthropic", "of-openai");
    expect(resting.status).toBe(529);
    expect(Number(resting.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(openai.exchanges.length).toBe(asked);
    // Another upstream of the same model isn't touched by it.
    expect((await caller.post("openai", "of-both")).status).toBe(200);
    const again = async () => (await caller.post("openai", "of-openai")).status;
    await expect.poll(again, { timeout: 5_000, interval: 200 }).toBe(200);
  });
});
