import { once } from "node:events";
import { ServerResponse } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { withServed } from "@/lib/gateway/cases/served";
import { openStream } from "@/lib/gateway/cases/upstream-answers";
import { startGateway } from "@/lib/gateway/server";
import { testSettings } from "@/lib/gateway/testing/gateway";
import { mockFrames, mockWords } from "@/lib/gateway/testing/mock-upstream";
import { endProcess, spawnGateway } from "@/lib/gateway/testing/process";
import {
  type Caller,
  costOf,
  messages,
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
  type ProvidedOptions,
  trueCost,
} from "@/lib/gateway/testing/provided-door";
import { spellChunk } from "@/lib/gateway/testing/raw-upstream";

let provided: ProvidedDoor;
let caller: Caller;

async function open(options: ProvidedOptions = {}): Promise<void> {
  provided = await openProvidedDoor(options);
  caller = await newCaller(provided);
}
afterEach(() => provided.close());

const clients = ["openai", "anthropic"] as const;
const endless = { does: "drip", gapMs: 10, endless: true } as const;

/** Reads a stream until a text was there; what came so far. */
async function readUntil(response: Response, text: string) {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let read = "";
  while (!read.includes(text)) {
    const next = await reader?.read();
    if (!next || next.done) throw new Error(`the stream ended before ${text}: ${read}`);
    read += decoder.decode(next.value, { stream: true });
  }
  return { reader, read };
}

/** The rest of a stream, and whether it broke off. */
async function readOn(reader: ReadableStreamDefaultReader<Uint8Array> | undefined) {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      text += decoder.decode(next.value, { stream: true });
    }
    return { text, isBroken: false };
  } catch {
    return { text, isBroken: true };
  }
}

function lastError(text: string): unknown {
  const last = text.trim().split("\n\n").pop() ?? "";
  return JSON.parse(/^event: error\ndata: (.+)$/.exec(last)?.[1] ?? "null");
}

describe.each(clients)("a request of %s's client that breaks", (client) => {
  it("G32 the client has left, and the upstream goes on: it is heard for a while, then given up", async () => {
    await open({ timeouts: { drain_ms: 300 } });
    provided.openai.play(endless);
    const abort = new AbortController();
    const body = { stream: true, max_tokens: 1_000 };
    const response = await caller.post(client, "of-openai", body, abort.signal);
    const { reader, read } = await readUntil(response, " more");
    const leftAtMs = performance.now();
    abort.abort();
    await reader?.cancel().catch(() => undefined);
    const [exchange] = provided.openai.exchanges;
    expect(await exchange?.closed).toBe("hung_up");
    expect(performance.now() - leftAtMs).toBeGreaterThan(250);
    expect(performance.now() - leftAtMs).toBeLessThan(5_000);
    const row = await caller.settled();
    expect(row).toMatchObject({ status: 200, outcome: "client_gone", estimated: true });
    expect(row.outputTokens).toBeGreaterThanOrEqual(read.split(" more").length - 1);
    expect(row.outputTokens).toBeLessThanOrEqual(exchange?.outputTokens ?? 0);
    expect(row.costNanos).toBe(costOf(row.inputTokens, row.outputTokens));
  });

  it("G32 the client has left before the first byte, and none comes: given up in time as well", async () => {
    await open({ timeouts: { drain_ms: 300 } });
    provided.openai.play({ does: "silence" });
    const abort = new AbortController();
    const posted = caller.post(client, "of-openai", { stream: true }, abort.signal);
    await expect.poll(() => provided.openai.exchanges.length).toBe(1);
    abort.abort();
    await expect(posted).rejects.toThrow();
    expect(await provided.openai.exchanges[0]?.closed).toBe("hung_up");
    const row = await caller.settled();
    expect(row).toMatchObject({ status: 499, outcome: "client_gone", outputTokens: 0 });
    expect(row.costNanos).toBe(costOf(row.inputTokens, 0));
  });

  it("P16 an answer without end: ended at the limit for the whole, and billed for what came", async () => {
    await open({ timeouts: { total_ms: 1_500 } });
    provided.openai.play(endless);
    const askedAtMs = performance.now();
    const body = { stream: true, max_tokens: 1_000 };
    const response = await caller.post(client, "of-openai", body);
    const { text, isBroken } = await readOn(response.body?.getReader());
    expect(performance.now() - askedAtMs).toBeGreaterThan(1_400);
    expect(isBroken).toBe(true);
    const type = client === "openai" ? "server_error" : "timeout_error";
    expect(lastError(text)).toMatchObject({ error: { type, message: "The upstream timed out" } });
    const [exchange] = provided.openai.exchanges;
    expect(await exchange?.closed).toBe("hung_up");
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "upstream_error", errorCode: "gw_timeout" });
    expect(row.outputTokens).toBe(text.split(" more").length - 1);
    expect(row.costNanos).toBe(costOf(row.inputTokens, row.outputTokens));
  });

  it("P16 silence in the middle: ended at the limit for a pause, and billed for what came", async () => {
    await open({ timeouts: { idle_ms: 300 } });
    provided.openai.play({ does: "stall" });
    const response = await caller.post(client, "of-openai", { stream: true });
    const { text, isBroken } = await readOn(response.body?.getReader());
    expect(isBroken).toBe(true);
    expect(text).toContain("The upstream timed out");
    const [exchange] = provided.openai.exchanges;
    expect(await exchange?.closed).toBe("hung_up");
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "upstream_error", outputTokens: exchange?.outputTokens });
  });

  it("P16 no first byte: 504 at the limit for it, free, and the upstream's connection is gone", async () => {
    await open({ timeouts: { first_byte_ms: 300 } });
    provided.openai.play({ does: "silence" });
    const askedAtMs = performance.now();
    expect((await caller.post(client, "of-openai")).status).toBe(504);
    expect(performance.now() - askedAtMs).toBeGreaterThan(250);
    expect(await provided.openai.exchanges[0]?.closed).toBe("hung_up");
    expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
  });

  it("P16 a stream that breaks after its first byte isn't tried again, not even elsewhere", async () => {
    await open();
    provided.openai.play({ does: "cut", after: 3, how: "reset" });
    const response = await caller.post(client, "of-both", { stream: true });
    expect((await readOn(response.body?.getReader())).isBroken).toBe(true);
    expect(provided.openai.exchanges.length + provided.anthropic.exchanges.length).toBe(1);
    expect(await caller.settled()).toMatchObject({ outcome: "upstream_error" });
  });

  it("P17 the gateway is stopped: what doesn't end in time is told so, and billed for what came", async () => {
    await open();
    provided.openai.play(endless);
    const body = { stream: true, max_tokens: 1_000 };
    const response = await caller.post(client, "of-openai", body);
    const { reader, read } = await readUntil(response, " more");
    const rest = readOn(reader);
    await provided.door.gateways[0]?.stop(300);
    const { text, isBroken } = await rest;
    expect(isBroken).toBe(true);
    expect(lastError(text)).toMatchObject({
      error: { message: "Service temporarily unavailable" },
    });
    const [exchange] = provided.openai.exchanges;
    expect(await exchange?.closed).toBe("hung_up");
    const row = await caller.settled();
    expect(row).toMatchObject({ status: 200, outcome: "shutdown" });
    expect(row.outputTokens).toBeGreaterThanOrEqual((read + text).split(" more").length - 1);
    expect(row.outputTokens).toBeLessThanOrEqual(exchange?.outputTokens ?? 0);
    expect(row.costNanos).toBe(costOf(row.inputTokens, row.outputTokens));
  });
});

describe("P17 a gateway process that is told to stop", () => {
  it("says so to its balancer, ends an open provider's stream as it should, and leaves with 0", async () => {
    await open({ gateways: 0 });
    const gateway = await spawnGateway(provided.door.database.url, 24_500);
    provided.openai.play({ does: "drip", gapMs: 100 });
    const abort = new AbortController();
    const request = { stream: true };
    const { signal } = abort;
    const response = await caller.post("openai", "of-openai", request, signal, {}, gateway.origin);
    const { reader } = await readUntil(response, "Hello");
    const exit = endProcess(gateway.child, "SIGTERM");
    await expect.poll(async () => (await fetch(`${gateway.origin}/readyz`)).status).toBe(503);
    const { text, isBroken } = await readOn(reader);
    expect(isBroken).toBe(false);
    expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(await exit).toBe(0);
    const [exchange] = provided.openai.exchanges;
    const row = await caller.settled();
    expect(row).toMatchObject({ outcome: "ok", outputTokens: mockWords.length });
    expect(row.costNanos).toBe(exchange && trueCost(exchange));
  }, 60_000);
});

/** Stands between a gateway and PostgreSQL, which dies and comes back as it is told. */
async function openLine(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isUp = true;
  const line = createServer((client) => {
    if (!isUp) {
      client.destroy();
      return;
    }
    const server = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  const address = line.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === "object" ? address?.port : address);
  return {
    url: url.toString(),
    fall() {
      isUp = false;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    rise() {
      isUp = true;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      line.close();
    },
  };
}

describe.each(clients)(
  "P4 P15 PostgreSQL dies in the middle of a stream of %s's client",
  (client) => {
    it.each(["a moment", "longer than the lease"])(
      "for %s: the stream goes on, its end waits for the books, and the bill is exact",
      async (length) => {
        await open({ gateways: 0 });
        const line = await openLine(provided.door.database.url);
        const gateway = await startGateway({
          databaseUrl: line.url,
          port: 0,
          settings: testSettings,
        });
        try {
          const origin = `http://127.0.0.1:${gateway.port}`;
          provided.openai.play({ does: "drip", gapMs: 30 });
          const { signal } = new AbortController();
          const body = { stream: true };
          const response = await caller.post(client, "of-openai", body, signal, {}, origin);
          const { reader, read } = await readUntil(response, "Hello");
          line.fall();
          const fellAtMs = performance.now();
          const { read: said } = await readUntil(
            new Response(readable(reader)),
            mockWords[4] ?? "",
          );
          expect(read + said).not.toMatch(/\[DONE\]|message_stop/);
          const [exchange] = provided.openai.exchanges;
          expect(await exchange?.closed).toBe("answered");
          const isReady = async () => (await fetch(`${origin}/readyz`)).status;
          const isLong = length !== "a moment";
          await expect.poll(isReady, { timeout: 15_000 }).toBe(503);
          const silentMs = () => performance.now() - fellAtMs;
          if (isLong) await expect.poll(silentMs, { timeout: 10_000 }).toBeGreaterThan(4_000);
          line.rise();
          const { text, isBroken } = await readOn(reader);
          expect(isBroken).toBe(false);
          expect(text).toMatch(/\[DONE\]|message_stop/);
          const row = await caller.settled();
          // In a moment the first attempt may just be waiting for its connection.
          expect(row).toMatchObject({
            outcome: "ok",
            estimated: false,
            ...(isLong ? { late: true } : {}),
          });
          expect(row.costNanos).toBe(exchange && trueCost(exchange));
        } finally {
          line.rise();
          await gateway.stop(1_000);
          line.close();
        }
      },
      60_000,
    );
  },
);

/** What a reader still has to say, as a stream that leaves it open. */
function readable(reader: ReadableStreamDefaultReader<Uint8Array> | undefined) {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await reader?.read();
      if (!next || next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

describe("a client that reads nothing", () => {
  it("P16 doesn't fill the memory, is let go after a minute, and pays for what was sent", async () => {
    await open();
    const asked: number[] = [];
    const { setTimeout: original } = ServerResponse.prototype;
    const shorter = vi.spyOn(ServerResponse.prototype, "setTimeout").mockImplementation(function (
      this: ServerResponse,
      ms: number,
      onTimeout?: () => void,
    ) {
      asked.push(ms);
      return original.call(this, 700, onTimeout);
    });
    let sentBytes = 0;
    const words = ["x ".repeat(20_000)];
    const [head = "", word = ""] = mockFrames("openai", { words });
    const flood = async (socket: Socket) => {
      socket.write(Buffer.concat([openStream(), spellChunk(head)]));
      const isOver = new AbortController();
      socket.once("close", () => isOver.abort());
      while (!isOver.signal.aborted) {
        const chunk = spellChunk(word);
        sentBytes += chunk.length;
        if (socket.write(chunk)) continue;
        await once(socket, "drain", { signal: isOver.signal }).catch(() => undefined);
      }
    };
    try {
      const options = { timeouts: { drain_ms: 300 } };
      await withServed(provided, "openai", flood, options, async (model) => {
        const socket = connect(Number(new URL(provided.door.origin).port), "127.0.0.1");
        const body = JSON.stringify({ model, messages, stream: true, max_tokens: 1_000 });
        socket.pause();
        socket.on("error", () => undefined);
        socket.write(
          [
            "POST /v1/chat/completions HTTP/1.1",
            "host: localhost",
            `authorization: Bearer ${caller.key.secret}`,
            "content-type: application/json",
            `content-length: ${body.length}`,
            "",
            body,
          ].join("\r\n"),
        );
        const row = await caller.settled();
        expect(row).toMatchObject({ status: 200, outcome: "client_gone", estimated: true });
        // What was set aside is the most that it can come to.
        expect(row.outputTokens).toBe(1_000);
        expect(row.costNanos).toBe(costOf(row.inputTokens, row.outputTokens));
        expect(asked).toEqual([60_000]);
        // The buffers of three connections, and not what could have been sent in that time.
        expect(sentBytes).toBeLessThan(64_000_000);
        socket.destroy();
      });
    } finally {
      shorter.mockRestore();
    }
  });
});
