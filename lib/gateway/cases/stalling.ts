import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import type { Observed } from "@/lib/gateway/cases/judge";
import { exchange } from "@/lib/gateway/cases/wire";
import type { World } from "@/lib/gateway/cases/world";
import type { Dialect } from "@/lib/gateway/dialect";

/** Sends nothing more after these bytes; the gateway has the last word. */
export async function stall(
  world: World,
  variant: string,
  dialect: Dialect,
  text: string,
  drip = "",
) {
  let timer: NodeJS.Timeout | undefined;
  const { answers, ms } = await exchange(
    world.door.origin,
    (socket) => {
      socket.write(text);
      if (drip) timer = setInterval(() => socket.write(drip), 4_000);
    },
    { timeoutMs: 40_000 },
  );
  clearInterval(timer);
  expect(ms, variant).toBeGreaterThan(29_000);
  expect(ms, variant).toBeLessThan(35_000);
  const answer = answers[0] ?? { status: 0, headers: new Headers(), text: "" };
  return { variant, dialect, answer };
}

async function serveAll(world: World, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const startedAtMs = performance.now();
    expect((await world.ask({ path: "/v1/models" })).status).toBe(200);
    times.push(performance.now() - startedAtMs);
  }
  return times.sort((a, b) => a - b);
}

/** Two hundred sockets that send a byte of a header every five seconds. */
export async function slowloris(world: World): Promise<Observed[]> {
  const idle = await serveAll(world, 50);
  const timers = new Set<NodeJS.Timeout>();
  const sockets = Array.from({ length: 200 }, () =>
    exchange(
      world.door.origin,
      (socket) => {
        socket.write(`GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-A: `);
        timers.add(setInterval(() => socket.write("a"), 5_000));
      },
      { timeoutMs: 34_000 },
    ),
  );
  await delay(1_000);
  const busy = await serveAll(world, 50);
  // Twice the idle p99, and what a machine that does other things besides may add.
  expect(busy.at(-1) ?? 0).toBeLessThan(2 * (idle.at(-1) ?? 0) + 150);
  const ended = await Promise.all(sockets);
  for (const timer of timers) clearInterval(timer);
  return ended.map(({ answers }, i) => ({
    variant: `slowloris ${i}`,
    dialect: "openai" as const,
    answer: answers[0] ?? { status: 0, headers: new Headers(), text: "" },
  }));
}
