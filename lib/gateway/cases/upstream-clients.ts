import { expect, vi } from "vitest";
import { messages, openCaller, post, toAnswer } from "@/lib/gateway/cases/callers";
import type { Observed } from "@/lib/gateway/cases/judge";
import { protocols, withServed } from "@/lib/gateway/cases/served";
import { bytes, openStream } from "@/lib/gateway/cases/upstream-answers";
import { generations, type Provocation, type Provocations } from "@/lib/gateway/cases/world";
import { readBooks } from "@/lib/gateway/testing/gateway";
import { inputTokens, mockBody, mockFrames } from "@/lib/gateway/testing/mock-upstream";
import { costOf } from "@/lib/gateway/testing/provided-door";
import { type RawAnswer, spellAnswer, spellChunk } from "@/lib/gateway/testing/raw-upstream";

/** Asks like `generations`, hangs up at a moment, and compares row and bill with what is due. */
const leave: Provocation = async (world) => {
  const seen: Observed[] = [];
  for (const protocol of protocols) {
    for (const route of generations) {
      for (const stream of route.dialect === "rest" ? [false] : [false, true]) {
        let goOn = (): void => undefined;
        const mayGoOn = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        const answer: RawAnswer = async (socket, { body }) => {
          // The client is gone before there is a byte of the answer.
          if (asked++ === 0) await mayGoOn;
          socket.write(
            body.stream === true
              ? Buffer.concat([
                  openStream(),
                  ...mockFrames(protocol).map(spellChunk),
                  spellChunk(""),
                ])
              : spellAnswer(200, mockBody(protocol)),
          );
        };
        let asked = 0;
        await withServed(world, protocol, answer, {}, async (model, upstream) => {
          const caller = await openCaller(world);
          const json = { ...route.json, model, ...(stream ? { stream } : {}) };
          const abort = new AbortController();
          const { secret } = caller.key;
          const init = { signal: abort.signal };
          const posted = post(world.door.origin, { ...route, json }, secret, init);
          await vi.waitFor(() => expect(upstream.requests.length).toBe(1));
          abort.abort();
          await expect(posted).rejects.toThrow();
          // The gateway answers this after it has heard of the connection that was closed before.
          for (let i = 0; i < 2; i++) await fetch(`${world.door.origin}/healthz`);
          goOn();
          await vi.waitFor(async () => {
            const [row] = await world.door.sql`
              select outcome, status, estimated, cost_nanos::text as cost from request_log
              where workspace_id = ${caller.tenant.workspaceId}`;
            expect(row).toEqual({
              ...{ outcome: "client_gone", status: 499, estimated: false },
              cost: costOf(inputTokens, 6).toString(),
            });
          });
          const again = await post(world.door.origin, { ...route, json }, secret);
          const variant = `the next after one that left · ${route.path}`;
          const answered = await toAnswer(again);
          seen.push({ variant, dialect: route.dialect, answer: answered, due: "ok" });
          const books = await readBooks(world.door.sql, caller.tenant.workspaceId);
          expect(books.usedNanos).toBe(2n * costOf(inputTokens, 6));
        });
      }
    }
  }
  return seen;
};

/** What was said to an upstream, as its answer: whose it is can be told. */
const echo =
  (protocol: (typeof protocols)[number]): RawAnswer =>
  (socket, { body }) => {
    const words = [JSON.stringify(body.messages)];
    const write = () =>
      socket.write(
        body.stream === true
          ? Buffer.concat([
              openStream(),
              ...mockFrames(protocol, { words }).map(spellChunk),
              spellChunk(""),
            ])
          : spellAnswer(200, mockBody(protocol, { words })),
      );
    // In another order than they came.
    setTimeout(write, Math.random() * 20);
  };

const crowd: Provocation = async (world) => {
  const seen: Observed[] = [];
  for (const protocol of protocols) {
    await withServed(world, protocol, echo(protocol), {}, async (model) => {
      const tenants = [await openCaller(world), await openCaller(world)] as const;
      const asked = Array.from({ length: 100 }, async (_, i): Promise<Observed> => {
        const caller = tenants[i % 2 === 0 ? 0 : 1];
        const mark = `mark-${protocol}-${i}-`;
        const route = generations[Math.floor(i / 2) % 2];
        if (!route) throw new Error("no route");
        const turn = { ...messages[0], content: mark };
        const stream = i % 3 === 0 ? { stream: true } : {};
        const json = { ...route.json, model, messages: [turn], ...stream };
        const answer = await toAnswer(
          await post(world.door.origin, { ...route, json }, caller.key.secret),
        );
        expect(answer.text).toContain(mark);
        const others = answer.text.match(/mark-[a-z]+-\d+-/g) ?? [];
        expect(new Set(others)).toEqual(new Set([mark]));
        return { variant: mark, dialect: route.dialect, answer };
      });
      seen.push(...(await Promise.all(asked)));
      for (const { tenant } of tenants) {
        const books = await readBooks(world.door.sql, tenant.workspaceId);
        expect(books.usedNanos).toBe(50n * costOf(inputTokens, 6));
      }
    });
  }
  return [...seen, ...(await secondAnswer(world))];
};

/** An upstream that answers once more than it was asked: the next request isn't answered by that. */
const secondAnswer: Provocation = async (world) => {
  const stray = spellAnswer(200, mockBody("openai", { words: ["stray"] }));
  const answer: RawAnswer = (socket, request) => {
    bytes(Buffer.concat([spellAnswer(200, mockBody("openai")), stray]))(socket, request);
  };
  return withServed(world, "openai", answer, {}, async (model) => {
    const seen: Observed[] = [];
    for (let i = 0; i < 10; i++) {
      const caller = await openCaller(world);
      const route = { ...generations[0], path: "/v1/chat/completions", json: { model, messages } };
      const response = await post(
        world.door.origin,
        { ...route, dialect: "openai", method: "POST" },
        caller.key.secret,
      );
      const got = await toAnswer(response);
      expect(got.text).not.toContain("stray");
      seen.push({ variant: `beside a stray answer ${i}`, dialect: "openai", answer: got });
    }
    return seen;
  });
};

/** Group G about who is asking. */
export const clients: Provocations = { G32: leave, G34: crowd };
