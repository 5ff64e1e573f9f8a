import { setTimeout as sleep } from "node:timers/promises";
import { Generator } from "./generator.mjs";
import { residentBytes } from "./machine.mjs";
import { table } from "./report.mjs";
import { path } from "./run.mjs";

const sampleEveryMs = 10_000;
const connections = 32;

/**
 * Holds a load of JSON and streams at once, and notes the gateway's memory on the way.
 * @param {import("./run.mjs").Bench} bench
 * @param {number} minutes
 * @param {(undo: () => unknown) => void} add
 * @returns {Promise<{ megabytes: number[], served: number }>} a figure every ten seconds
 */
export async function holdLoad(bench, minutes, add) {
  const contestant = bench.contestants.get("gatehouse");
  if (!contestant?.service) throw new Error("the gateway isn't ready");
  const { port, customers, service } = contestant;
  const load = { host: "127.0.0.1", port, path, customers, connections };
  const hooks = { onMeasuring: () => undefined, onMeasured: () => undefined };
  const runs = [false, true].map((stream) => {
    const generator = new Generator();
    add(() => generator.stop());
    const job = { ...load, stream, warmupMs: 0, measuredMs: minutes * 60_000 };
    return generator.run(job, hooks);
  });
  const all = Promise.all(runs);
  /** @type {number[]} */
  const megabytes = [];
  for (let elapsed = 0; elapsed < minutes * 60_000; elapsed += sampleEveryMs) {
    await Promise.race([sleep(sampleEveryMs), all.then(() => sleep(sampleEveryMs))]);
    megabytes.push(residentBytes(service.pid) / 1024 ** 2);
    console.log(`${megabytes.length * 10} s  ${megabytes.at(-1)?.toFixed(1)} MB`);
  }
  const results = await all;
  const served = results.reduce((total, result) => total + result.served, 0);
  bench.served.set("gatehouse", (bench.served.get("gatehouse") ?? 0) + served);
  return { megabytes, served };
}

/** @param {number[]} megabytes @param {number} served */
export function memoryReport(megabytes, served) {
  const aMinute = 60_000 / sampleEveryMs;
  const minutes = Array.from({ length: Math.ceil(megabytes.length / aMinute) }, (_, minute) =>
    megabytes.slice(minute * aMinute, (minute + 1) * aMinute),
  );
  const rows = minutes.map((values, minute) => [
    String(minute + 1),
    Math.min(...values).toFixed(0),
    Math.max(...values).toFixed(0),
  ]);
  const half = Math.floor(megabytes.length / 2);
  const mean = (/** @type {number[]} */ values) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const growth = mean(megabytes.slice(half)) / mean(megabytes.slice(0, half)) - 1;
  const requests = new Intl.NumberFormat("en-US").format(served);
  return [
    `${requests} requests, 32 connections of JSON and 32 of streams at once. The mean of the second half ` +
      `is ${(growth * 100).toFixed(1)} % above that of the first.`,
    table(["minute", "least MB", "most MB"], rows),
  ].join("\n\n");
}
