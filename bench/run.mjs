import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../scripts/ports.mjs";
import { Problem } from "../scripts/problem.mjs";
import { requestBody } from "./answer.mjs";
import { entries } from "./contestants.mjs";
import { bearer, newSecrets } from "./customers.mjs";
import { startDatabase } from "./database.mjs";
import { Generator } from "./generator.mjs";
import { describeMachine, otherCores, processorSeconds, residentBytes } from "./machine.mjs";
import { startService } from "./processes.mjs";

/** @typedef {import("./contestants.mjs").Contestant} Contestant */

/**
 * @typedef {object} Load
 * @property {boolean} stream
 * @property {number} connections
 */

/**
 * One measurement of one contestant under one load.
 * @typedef {object} Sample
 * @property {string} id
 * @property {Load} load
 * @property {number} round
 * @property {number} perSecond requests
 * @property {number} busy share of its core that the contestant was at work
 * @property {number} contestantUs microseconds of processor time a request
 * @property {number} databaseUs
 * @property {{ p50: number, p99: number }} latency milliseconds
 * @property {{ p50: number, p99: number }} firstByte
 * @property {number} residentBytes
 */

/** @typedef {{ warmupMs: number, measuredMs: number }} Times */

export const path = "/v1/chat/completions";

/** A bench that is set up: upstream, database, contestants, load generator. */
export class Bench {
  /** @type {Map<string, Contestant>} */
  contestants = new Map();
  /** Answers that each has given. @type {Map<string, number>} */
  served = new Map();
  /** Who can't be measured, and why. @type {Map<string, string>} */
  excluded = new Map();
  /** @type {number[]} */
  #ports = [];
  #isClosing = false;

  /**
   * @param {string} directory for everything that it writes
   * @param {(undo: () => unknown) => void} add takes what has to be undone at the end, however it ends
   */
  constructor(directory, add) {
    this.directory = directory;
    this.add = add;
  }

  async findPort() {
    const port = await findFreePort(this.#ports);
    this.#ports.push(port);
    return port;
  }

  /**
   * Starts everything. What is being started is to be undone too, if it ends meanwhile.
   * @param {string[]} ids whom to start; empty for all
   */
  async open(ids) {
    const database = startDatabase(join(this.directory, "postgres"));
    this.add(async () => (await database).remove());
    this.database = await database;
    const generator = new Generator();
    this.generator = generator;
    this.add(() => generator.stop());
    const port = await this.findPort();
    const program = fileURLToPath(new URL("./upstream.mjs", import.meta.url));
    const upstream = startService("the upstream", otherCores, [process.execPath, program], {
      port,
    });
    this.add(async () => (await upstream).stop());
    await upstream;
    for (const entry of entries) {
      if (ids.length > 0 && !ids.includes(entry.id)) continue;
      const reason = entry.missing?.();
      if (reason) this.#exclude(entry.id, `SKIPPED: ${reason}`);
      else await this.#start(entry, `http://127.0.0.1:${port}`);
    }
    this.add(() => {
      this.#isClosing = true;
    });
  }

  /**
   * @param {import("./contestants.mjs").Entry} entry
   * @param {string} upstreamOrigin
   */
  async #start(entry, upstreamOrigin) {
    const directory = join(this.directory, entry.id);
    mkdirSync(directory, { recursive: true });
    const starting = entry.start({
      directory,
      upstreamOrigin,
      findPort: () => this.findPort(),
      createDatabase: async (name) => (await this.database?.create(name)) ?? "",
    });
    this.add(async () => (await starting).service?.stop());
    const contestant = await starting;
    this.contestants.set(entry.id, contestant);
    if (contestant.checksKeys) await requireRefusal(entry.name, contestant.port);
  }

  /** @param {string} id @param {string} reason */
  #exclude(id, reason) {
    this.contestants.delete(id);
    this.excluded.set(id, reason);
    console.error(`\n${id.padEnd(12)}${reason}\n`);
  }

  machine() {
    const { dataDir = "/", version = "" } = this.database ?? {};
    return describeMachine(dataDir, version);
  }

  /**
   * Lets every contestant's code be compiled and its tables fill, so that the first round is like the
   * last.
   * @param {Load[]} loads
   * @param {number} measuredMs
   */
  async warmUp(loads, measuredMs) {
    for (const id of [...this.contestants.keys()]) {
      for (const load of loads) await this.attempt(id, load, { warmupMs: 0, measuredMs });
    }
    await this.database?.tidy();
  }

  /**
   * Measures a contestant, and leaves it out from then on if an answer isn't what it should be.
   * @param {string} id
   * @param {Load} load
   * @param {Times} times
   */
  async attempt(id, load, times) {
    if (!this.contestants.has(id)) return null;
    try {
      return await this.measure(id, load, times);
    } catch (error) {
      if (this.#isClosing) return null;
      const what = error instanceof Error ? error.message : String(error);
      this.#exclude(id, `FAILED: ${what.slice(0, 300)}`);
      return null;
    }
  }

  /**
   * Measures one contestant once. Throws for an answer that isn't the upstream's.
   * @param {string} id
   * @param {Load} load
   * @param {Times} times
   * @returns {Promise<Omit<Sample, "round">>}
   */
  async measure(id, load, { warmupMs, measuredMs }) {
    const contestant = this.contestants.get(id);
    const { generator, database } = this;
    if (!contestant || !generator || !database) throw new Error(`${id} isn't ready`);
    const pid = contestant.service?.pid;
    const read = () => ({
      contestant: pid === undefined ? 0 : processorSeconds(pid),
      database: processorSeconds(database.pid),
    });
    let [begun, ended, memory] = [read(), read(), 0];
    const { port, customers } = contestant;
    const result = await generator.run(
      { host: "127.0.0.1", port, path, customers, ...load, warmupMs, measuredMs },
      {
        onMeasuring() {
          begun = read();
        },
        onMeasured() {
          ended = read();
          memory = pid === undefined ? 0 : residentBytes(pid);
        },
      },
    );
    await contestant.settle?.();
    this.served.set(id, (this.served.get(id) ?? 0) + result.served);
    const { measured, elapsedMs, latency, firstByte } = result;
    const seconds = ended.contestant - begun.contestant;
    return {
      ...{ id, load, latency, firstByte, residentBytes: memory },
      perSecond: (measured / elapsedMs) * 1000,
      busy: (seconds * 1000) / elapsedMs,
      contestantUs: (seconds / measured) * 1e6,
      databaseUs: ((ended.database - begun.database) / measured) * 1e6,
    };
  }

  /**
   * Every load in every round by every contestant in turn. Their order changes from round to round, so
   * that nobody always comes after the same neighbour.
   * @param {Load[]} loads
   * @param {number} rounds
   * @param {Times} times
   */
  async measureAll(loads, rounds, times) {
    const ids = [...this.contestants.keys()];
    /** @type {Sample[]} */
    const samples = [];
    for (let round = 0; round < rounds; round++) {
      for (const load of loads) {
        const turn = round % ids.length;
        for (const id of [...ids.slice(turn), ...ids.slice(0, turn)]) {
          const sample = await this.attempt(id, load, times);
          if (!sample) continue;
          samples.push({ ...sample, round });
          tell({ ...sample, round }, rounds);
        }
      }
    }
    return samples;
  }

  /**
   * Proves that all that was served is in the books, where a contestant keeps any; it is stopped first, so
   * that nothing is under way any more. Throws where something is amiss.
   */
  async verify() {
    /** @type {string[]} */
    const proofs = [];
    for (const [id, contestant] of this.contestants) {
      if (!contestant.verify) continue;
      await contestant.service?.stop();
      const proof = await contestant.verify(this.served.get(id) ?? 0);
      proofs.push(`${id}: ${proof}`);
    }
    return proofs;
  }
}

/**
 * Who is measured checking keys must refuse one that nobody has.
 * @param {string} name
 * @param {number} port
 */
async function requireRefusal(name, port) {
  const [secret = ""] = newSecrets(1);
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { ...bearer(secret), "content-type": "application/json" },
    body: requestBody(false),
  });
  await answer.arrayBuffer();
  if (answer.status !== 401) throw new Problem(`${name} answers ${answer.status} to a wrong key.`);
}

/** @param {Load} load */
export function nameOf({ stream, connections }) {
  const noun = connections === 1 ? "connection" : "connections";
  return `${stream ? "SSE" : "JSON"}, ${connections} ${noun}`;
}

/** @param {Sample} sample @param {number} rounds */
function tell({ id, load, round, perSecond, busy, contestantUs, databaseUs, latency }, rounds) {
  const cost = `${Math.round(contestantUs)} + ${Math.round(databaseUs)} µs`;
  const columns = [
    `${round + 1}/${rounds}`,
    nameOf(load).padEnd(20),
    id.padEnd(12),
    `${Math.round(perSecond)}/s`.padStart(8),
    `core ${Math.round(busy * 100)} %`.padStart(11),
    cost.padStart(14),
    `p50 ${latency.p50.toFixed(3)} ms`.padStart(14),
    `p99 ${latency.p99.toFixed(2)} ms`.padStart(14),
  ];
  console.log(columns.join("  "));
}
