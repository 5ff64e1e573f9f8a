import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { withServed } from "@/lib/gateway/cases/served";
import { jsonType, openStream } from "@/lib/gateway/cases/upstream-answers";
import { createTenant, createTestKey, readBooks } from "@/lib/gateway/testing/gateway";
import { mockBody, mockFrames, mockWords } from "@/lib/gateway/testing/mock-upstream";
import {
  costOf,
  messages,
  openProvidedDoor,
  type ProvidedDoor,
} from "@/lib/gateway/testing/provided-door";
import { type RawAnswer, spellChunk, spellHead } from "@/lib/gateway/testing/raw-upstream";

let provided: ProvidedDoor;
beforeAll(async () => {
  provided = await openProvidedDoor();
});
afterAll(() => provided.close());

const protocols = ["openai", "anthropic"] as const;
const ways = protocols.flatMap((client) => protocols.map((upstream) => ({ client, upstream })));
type Way = (typeof ways)[number];

interface Seen {
  position: number;
  status: number;
  text: string;
  isBroken: boolean;
}

async function read(response: Response): Promise<{ text: string; isBroken: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    if (response.body) for await (const chunk of response.body) text += decoder.decode(chunk);
    return { text, isBroken: false };
  } catch {
    return { text, isBroken: true };
  }
}

/** Asks once for each position; where the answer is cut goes with the question. */
async function cutAt(
  { client, upstream }: Way,
  positions: number[],
  stream: boolean,
  answer: (position: number) => RawAnswer,
) {
  const { door } = provided;
  const tenant = await createTenant(door.sql, { balanceUsd: "50", planId: "enterprise" });
  const { secret } = await createTestKey(door.sql, tenant);
  const cut: RawAnswer = (socket, request) =>
    answer(Number(/at (\d+)/.exec(JSON.stringify(request.body.messages))?.[1]))(socket, request);
  return withServed(provided, upstream, cut, {}, async (model) => {
    const left = [...positions];
    const seen: Seen[] = [];
    const work = async () => {
      for (let position = left.shift(); position !== undefined; position = left.shift()) {
        const path = client === "openai" ? "/v1/chat/completions" : "/v1/messages";
        const turn = { ...messages[0], content: `at ${position}` };
        const body = { model, max_tokens: 100, messages: [turn], stream };
        const response = await fetch(`${door.origin}${path}`, {
          method: "POST",
          headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        seen.push({ position, status: response.status, ...(await read(response)) });
      }
    };
    await Promise.all(Array.from({ length: 12 }, work));
    const count = async () => (await readBooks(door.sql, tenant.workspaceId)).rows;
    await expect.poll(count, { timeout: 10_000 }).toBe(positions.length);
    const rows = await door.sql`
      select outcome, input_tokens, output_tokens, cost_nanos::text as cost from request_log
      where workspace_id = ${tenant.workspaceId}`;
    for (const row of rows) {
      expect(row.cost).toBe(costOf(row.input_tokens, row.output_tokens).toString());
      expect(row.output_tokens).toBeLessThanOrEqual(mockWords.length);
    }
    // What a busy workspace is admitted from goes back when it has been quiet for a while.
    await vi.waitFor(
      async () => {
        const books = await readBooks(door.sql, tenant.workspaceId);
        expect(books).toMatchObject({ holds: 0, heldNanos: 0n, usedNanos: books.loggedNanos });
      },
      { timeout: 10_000, interval: 50 },
    );
    return { seen, outcomes: rows.map((row) => String(row.outcome)) };
  });
}

/** All there is to say about a stream that broke: whole events, the last of them the error. */
function expectBrokenStream({ position, text, isBroken }: Seen): void {
  const where = `cut at ${position}`;
  expect(isBroken, where).toBe(true);
  expect(text, where).not.toMatch(/\[DONE\]|event: message_stop/);
  const events = text.trimEnd().split("\n\n");
  for (const event of events) {
    const [, data = ""] = /^(?:event: [a-z_]+\n)?data: (.+)$/.exec(event) ?? [];
    expect(typeof JSON.parse(data), where).toBe("object");
  }
  expect(events[events.length - 1]?.startsWith("event: error\n"), where).toBe(true);
}

/** Where an answer is translated some positions will do: how it is read is the same. */
function stepOf({ client, upstream }: Way): number {
  return client === upstream ? 1 : 7;
}

/** Every so manyth position in a text of a length, its end among them. */
function every(step: number, length: number): number[] {
  const positions = Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
  return [...positions, length];
}

const count = <T>(list: T[], isOne: (item: T) => boolean) => list.filter(isOne).length;

describe.each(ways)("G22 an answer of $upstream's provider to $client's client", (way) => {
  it("that is cut at any byte of a stream is never taken for a whole one, and billed for what came", async () => {
    const frames = mockFrames(way.upstream).map((frame) => Buffer.from(frame));
    const starts = frames.map((_, i) => Buffer.concat(frames.slice(0, i)).length);
    const all = Buffer.concat(frames);
    // Every byte of a frame of each kind: one with a word, and those that end it.
    const from = [4, frames.length - 2, frames.length - 1].map((i) => [
      starts[i] ?? 0,
      (starts[i] ?? 0) + (frames[i]?.length ?? 0),
    ]);
    const positions = every(stepOf(way), all.length).filter(
      (i) =>
        i % 61 === 0 ||
        i === all.length ||
        from.some(([first = 0, end = 0]) => i >= first && i <= end),
    );
    const { seen, outcomes } = await cutAt(way, positions, true, (position) => (socket) => {
      const sent = all.subarray(0, position);
      const chunks = sent.length === 0 ? [] : [spellChunk(sent)];
      // By turns the answer ends as it should, and its connection alone.
      const end = position % 2 === 0 ? [spellChunk("")] : [];
      socket.end(Buffer.concat([openStream(), ...chunks, ...end]));
    });
    for (const one of seen) {
      if (one.position === all.length) expect(one).toMatchObject({ status: 200, isBroken: false });
      else if (one.status === 200) expectBrokenStream(one);
      else expect(one.status, `cut at ${one.position}`).toBe(502);
    }
    expect(count(outcomes, (outcome) => outcome === "ok")).toBe(1);
    expect(count(outcomes, (outcome) => outcome === "failed")).toBe(
      count(seen, ({ status }) => status === 502),
    );
  }, 120_000);

  it("G14 that is cut at any byte of its body is 502, and charged for its input alone", async () => {
    const body = Buffer.from(mockBody(way.upstream));
    const positions = every(stepOf(way), body.length);
    const length = ["content-length", String(body.length)] as const;
    const chunked = ["transfer-encoding", "chunked"] as const;
    const { seen, outcomes } = await cutAt(way, positions, false, (position) => (socket) => {
      const sent = body.subarray(0, position);
      const isWhole = position === body.length;
      const chunks = [...(sent.length === 0 ? [] : [spellChunk(sent)]), spellChunk("")];
      socket.end(
        isWhole || position % 2 === 0
          ? Buffer.concat([spellHead(200, [jsonType, length]), sent])
          : Buffer.concat([spellHead(200, [jsonType, chunked]), ...chunks]),
      );
    });
    for (const { position, status } of seen) {
      expect(status, `cut at ${position}`).toBe(position === body.length ? 200 : 502);
    }
    expect(count(outcomes, (outcome) => outcome === "upstream_error")).toBe(positions.length - 1);
  }, 120_000);
});
