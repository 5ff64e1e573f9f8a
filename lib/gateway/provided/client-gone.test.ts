import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ProtocolName } from "@/lib/gateway/chat";
import { mockWords } from "@/lib/gateway/testing/mock-upstream";
import {
  type Caller,
  costOf,
  messages,
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
  trueCost,
} from "@/lib/gateway/testing/provided-door";

let provided: ProvidedDoor;
let caller: Caller;

beforeAll(async () => {
  provided = await openProvidedDoor({ timeouts: { connect_ms: 1_000, first_byte_ms: 2_000 } });
});
afterAll(() => provided.close());
beforeEach(async () => {
  caller = await newCaller(provided);
});

const ways = (["openai", "anthropic"] as const).flatMap((client) =>
  (["openai", "anthropic"] as const).map((upstream) => ({ client, upstream })),
);

/** The newest exchange of a provider, once it was asked. */
async function asked(upstream: ProtocolName, before: number) {
  const { exchanges } = provided[upstream];
  await expect.poll(() => exchanges.length, { timeout: 5_000 }).toBe(before + 1);
  const exchange = exchanges[before];
  if (!exchange) throw new Error("the mock wasn't asked");
  return exchange;
}

/** Asks, hangs up before there is a byte of an answer, and lets the provider answer then. */
async function leaveUnanswered(
  upstream: ProtocolName,
  before: number,
  send: () => Promise<Response>,
  abort: AbortController,
) {
  let open = (): void => undefined;
  provided[upstream].gate = new Promise((resolve) => {
    open = resolve;
  });
  const posted = send();
  await asked(upstream, before);
  abort.abort();
  await expect(posted).rejects.toThrow();
  // The gateway answers this after it has heard of the connection that was closed before.
  for (let i = 0; i < 2; i++) await fetch(`${provided.door.origin}/healthz`);
  provided[upstream].gate = null;
  open();
}

/** Reads until a text was there, then hangs up. */
async function readUntil(response: Response, text: string, abort: AbortController) {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let read = "";
  while (reader && !read.includes(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error("the stream ended early");
    read += decoder.decode(value);
  }
  abort.abort();
  await reader?.cancel().catch(() => undefined);
}

describe.each(ways)(
  "G32 $client's client of $upstream's provider leaves",
  ({ client, upstream }) => {
    const model = `of-${upstream}`;

    it("in the middle of a stream: the upstream is heard to its end, and its own figure is billed", async () => {
      provided[upstream].play({ does: "drip", gapMs: 30 });
      const before = provided[upstream].exchanges.length;
      const abort = new AbortController();
      const response = await caller.post(client, model, { stream: true }, abort.signal);
      await readUntil(response, "Hello", abort);
      const row = await caller.settled();
      const exchange = await asked(upstream, before);
      expect(exchange.isComplete).toBe(true);
      expect(row).toMatchObject({ status: 200, outcome: "client_gone", estimated: false });
      expect(row.costNanos).toBe(trueCost(exchange));
    });

    it("before the first byte of a stream: the same, with 499", async () => {
      const before = provided[upstream].exchanges.length;
      const abort = new AbortController();
      const send = () => caller.post(client, model, { stream: true }, abort.signal);
      await leaveUnanswered(upstream, before, send, abort);
      expect(await caller.settled()).toMatchObject({
        ...{ status: 499, outcome: "client_gone", costNanos: costOf(17, mockWords.length) },
      });
    });

    it("before an answer in one piece: it is billed in full", async () => {
      const before = provided[upstream].exchanges.length;
      const abort = new AbortController();
      const send = () => caller.post(client, model, {}, abort.signal);
      await leaveUnanswered(upstream, before, send, abort);
      expect(await caller.settled()).toMatchObject({
        ...{ status: 499, outcome: "client_gone", costNanos: costOf(17, mockWords.length) },
      });
    });
  },
);

describe("P5 a request that was charged and not delivered", () => {
  const headers = { "idempotency-key": "once" };

  it("before its first byte, isn't run again under its Idempotency-Key", async () => {
    const before = provided.openai.exchanges.length;
    const abort = new AbortController();
    const body = { stream: true };
    const send = () => caller.post("openai", "of-openai", body, abort.signal, headers);
    await leaveUnanswered("openai", before, send, abort);
    expect(await caller.settled()).toMatchObject({ outcome: "client_gone" });
    const again = async () =>
      (await caller.post("openai", "of-openai", body, undefined, headers)).status;
    await expect.poll(again).toBe(409);
    expect(provided.openai.exchanges.length).toBe(before + 1);
  });

  it("because it was cut short, isn't either", async () => {
    provided.openai.play({ does: "truncate" });
    const before = provided.openai.exchanges.length;
    const send = () => caller.post("openai", "of-openai", {}, undefined, headers);
    expect((await send()).status).toBe(502);
    expect((await send()).status).toBe(409);
    expect(provided.openai.exchanges.length).toBe(before + 1);
  });

  it("and one that failed for free is", async () => {
    provided.openai.play({ does: "status", status: 401 });
    const send = () => caller.post("openai", "of-openai", {}, undefined, headers);
    expect([(await send()).status, (await send()).status]).toEqual([502, 200]);
  });
});

describe("G32 when there is nothing to learn", () => {
  it("an upstream that dies after the client left: what was delivered is billed", async () => {
    provided.openai.play({ does: "cut", after: 4, how: "reset" });
    const abort = new AbortController();
    const response = await caller.post("openai", "of-openai", { stream: true }, abort.signal);
    await readUntil(response, "Hello", abort);
    const row = await caller.settled();
    expect(["client_gone", "upstream_error"]).toContain(row.outcome);
    expect(row.estimated).toBe(true);
    expect(row.outputTokens).toBeGreaterThan(0);
    expect(row.outputTokens).toBeLessThan(mockWords.length);
  });

  it("nothing was sent yet: the reservation is given back, and the row says cancelled", async () => {
    const silent = await openSilentTls();
    const { door } = provided;
    await door.sql`
      insert into upstreams (id, kind, name, base_url, allow_private)
      values ('silent', 'openai', 'S', ${`https://127.0.0.1:${silent.port}/v1`}, true)
      on conflict (id) do update set base_url = excluded.base_url`;
    await door.sql`update models set upstream_id = 'silent' where id = 'of-nobody'`;
    for (const stream of [true, false]) {
      caller = await newCaller(provided);
      const connected = silent.nextConnection();
      const socket = connect(Number(new URL(door.origin).port), "127.0.0.1");
      const body = JSON.stringify({ model: "of-nobody", messages, stream });
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
      await connected;
      socket.destroy();
      expect(await caller.settled()).toMatchObject({
        ...{ status: 499, outcome: "cancelled", costNanos: 0n, errorCode: null },
      });
    }
    await silent.close();
  });

  it.each(["localhost", "127.0.0.1", "[::ffff:127.0.0.1]"])(
    "an upstream at %s isn't even connected to, unless that is allowed",
    async (host) => {
      const silent = await openSilentTls();
      const { door } = provided;
      const connections: string[] = [];
      silent.nextConnection().then(() => connections.push(host));
      await door.sql`
        insert into upstreams (id, kind, name, base_url)
        values ('inside', 'openai', 'I', ${`https://${host}:${silent.port}/v1`})
        on conflict (id) do update set base_url = excluded.base_url`;
      await door.sql`update models set upstream_id = 'inside' where id = 'of-nobody'`;
      const response = await caller.post("openai", "of-nobody");
      expect(response.status).toBe(502);
      expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
      expect(connections).toEqual([]);
      await silent.close();
    },
  );

  it("P16 G10 no connection in time: 504, free, and the socket is gone", async () => {
    const silent = await openSilentTls();
    const { door } = provided;
    await door.sql`
      insert into upstreams (id, kind, name, base_url, allow_private, timeouts)
      values ('mute', 'openai', 'M', ${`https://127.0.0.1:${silent.port}/v1`}, true,
        '{"connectMs": 200}')`;
    await door.sql`update models set upstream_id = 'mute' where id = 'of-nobody'`;
    const response = await caller.post("openai", "of-nobody");
    expect(response.status).toBe(504);
    expect((await response.json()).error.code).toBe("upstream_timeout");
    expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
    await expect.poll(() => silent.open()).toBe(0);
    await silent.close();
  });
});

/** A port that takes connections and never says a word, so that no TLS handshake gets anywhere. */
async function openSilentTls() {
  const sockets = new Set<Socket>();
  let onConnection = (): void => undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.resume();
    socket.on("close", () => sockets.delete(socket));
    onConnection();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    open: () => sockets.size,
    nextConnection: () =>
      new Promise<void>((resolve) => {
        onConnection = resolve;
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
