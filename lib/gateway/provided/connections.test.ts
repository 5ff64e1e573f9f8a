import type { Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withServed } from "@/lib/gateway/cases/served";
import { good, jsonType } from "@/lib/gateway/cases/upstream-answers";
import { inputTokens, mockBody } from "@/lib/gateway/testing/mock-upstream";
import {
  type Caller,
  costOf,
  newCaller,
  openProvidedDoor,
  type ProvidedDoor,
} from "@/lib/gateway/testing/provided-door";
import { type RawAnswer, spellAnswer, spellHead } from "@/lib/gateway/testing/raw-upstream";

let provided: ProvidedDoor;
let caller: Caller;
beforeAll(async () => {
  provided = await openProvidedDoor();
});
afterAll(() => provided.close());
beforeEach(async () => {
  caller = await newCaller(provided);
});

const whole = costOf(inputTokens, 6);

describe("P16 connections to an upstream", () => {
  it("are kept and used again", async () => {
    await withServed(provided, "openai", good("openai"), {}, async (model, upstream) => {
      for (let i = 0; i < 5; i++) {
        const response = await caller.post("openai", model, { stream: i % 2 === 1 });
        expect(response.status).toBe(200);
        await response.text();
      }
      expect(upstream.connections()).toBe(1);
    });
  });

  it.each(["closed", "reset"])(
    "that were %s between two requests are replaced without a word, a pause, or a second charge",
    async (how) => {
      const sockets: Socket[] = [];
      // It takes the next request on a kept connection and hangs up on it.
      const answer: RawAnswer = async (socket, request) => {
        if (!sockets.includes(socket)) {
          sockets.push(socket);
          await good("openai")(socket, request);
        } else if (how === "closed") socket.destroy();
        else socket.resetAndDestroy();
      };
      await withServed(provided, "openai", answer, {}, async (model, upstream) => {
        for (let i = 0; i < 6; i++) {
          const response = await caller.post("openai", model);
          expect(response.status).toBe(200);
          await response.text();
        }
        // Five were sent once more, on a connection of their own.
        expect(upstream.connections()).toBeGreaterThanOrEqual(4);
        await caller.rows(6);
        const [row] = await provided.door.sql`
          select sum(cost_nanos)::text as cost, count(distinct outcome)::int as outcomes
          from request_log where workspace_id = ${caller.workspaceId}`;
        expect(row).toEqual({ cost: (6n * whole).toString(), outcomes: 1 });
      });
    },
  );

  it("that break on their first request are not tried again: it may have been answered", async () => {
    const hangUp: RawAnswer = (socket) => {
      socket.resetAndDestroy();
    };
    await withServed(provided, "openai", hangUp, {}, async (model, upstream) => {
      expect((await caller.post("openai", model)).status).toBe(502);
      expect(upstream.requests.length).toBe(1);
      expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
    });
  });

  it("aren't left open where an answer isn't one, though its body never ends", async () => {
    const stuck: RawAnswer = (socket) => {
      socket.write(spellHead(200, [["content-type", "text/html"]]));
    };
    await withServed(provided, "openai", stuck, {}, async (model, upstream) => {
      expect((await caller.post("openai", model)).status).toBe(502);
      await expect.poll(() => upstream.open(), { timeout: 5_000 }).toBe(0);
    });
  });
});

describe("an upstream that answers before it has read the request", () => {
  const long = [{ role: "user" as const, content: "x".repeat(3_000_000) }];
  const early = { early: true };

  it("and says yes: the answer is the answer", async () => {
    const answer: RawAnswer = (socket) => {
      socket.write(spellAnswer(200, mockBody("openai")));
    };
    await withServed(provided, "openai", answer, early, async (model) => {
      const response = await caller.post("openai", model, { messages: long });
      expect(response.status).toBe(200);
      expect(await caller.settled()).toMatchObject({ outcome: "ok", costNanos: whole });
    });
  });

  it.each([
    [413, 400],
    [429, 503],
    [401, 502],
  ])("and says %i: that is %i, and free", async (theirs, ours) => {
    const answer: RawAnswer = (socket) => {
      socket.write(spellAnswer(theirs, "{}", [jsonType, ["connection", "close"]]));
    };
    await withServed(provided, "openai", answer, early, async (model) => {
      const response = await caller.post("openai", model, { messages: long });
      expect(response.status).toBe(ours);
      expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
    });
  });

  it("and hangs up: 502, free, after no more than three attempts", async () => {
    const answer: RawAnswer = (socket) => {
      socket.destroy();
    };
    await withServed(provided, "openai", answer, early, async (model, upstream) => {
      expect((await caller.post("openai", model, { messages: long })).status).toBe(502);
      expect(upstream.requests.length).toBeLessThanOrEqual(3);
      expect(await caller.settled()).toMatchObject({ outcome: "failed", costNanos: 0n });
    });
  });
});
