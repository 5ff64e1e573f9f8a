import { entries } from "./contestants.mjs";
import { nameOf } from "./run.mjs";

/** @typedef {import("./run.mjs").Sample} Sample */
/** @typedef {import("./run.mjs").Load} Load */

/**
 * The medians over all rounds of one contestant under one load. `added…`: what it adds to the upstream
 * alone, compared within each round.
 * @typedef {object} Figures
 * @property {number} perSecond
 * @property {number} fullCore requests a second that it would serve with its core to the full
 * @property {number} busy
 * @property {number} contestantUs
 * @property {number} databaseUs
 * @property {number} p50
 * @property {number} p99
 * @property {number} addedP50
 * @property {number} addedP99
 * @property {number} addedFirst
 * @property {number} addedFirstP99
 * @property {number} residentBytes
 */

const baseline = "upstream";

function median(/** @type {number[]} */ values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? Number.NaN, sorted[middle] ?? Number.NaN];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** @param {Load} a @param {Load} b */
function isSame(a, b) {
  return a.stream === b.stream && a.connections === b.connections;
}

/**
 * @param {Sample[]} samples
 * @param {string} id
 * @param {Load} load
 * @returns {Figures | null} null where there are none
 */
export function figuresOf(samples, id, load) {
  const mine = samples.filter((sample) => sample.id === id && isSame(sample.load, load));
  if (mine.length === 0) return null;
  const of = (/** @type {(sample: Sample) => number} */ read) => median(mine.map(read));
  /** @type {(read: (sample: Sample) => number) => number} */
  const added = (read) =>
    of((sample) => {
      const alone = samples.find(
        (one) => one.id === baseline && one.round === sample.round && isSame(one.load, load),
      );
      return alone ? read(sample) - read(alone) : Number.NaN;
    });
  return {
    perSecond: of((sample) => sample.perSecond),
    fullCore: of((sample) => 1e6 / sample.contestantUs),
    busy: of((sample) => sample.busy),
    contestantUs: of((sample) => sample.contestantUs),
    databaseUs: of((sample) => sample.databaseUs),
    p50: of((sample) => sample.latency.p50),
    p99: of((sample) => sample.latency.p99),
    addedP50: added((sample) => sample.latency.p50),
    addedP99: added((sample) => sample.latency.p99),
    addedFirst: added((sample) => sample.firstByte.p50),
    addedFirstP99: added((sample) => sample.firstByte.p99),
    residentBytes: of((sample) => sample.residentBytes),
  };
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const count = (/** @type {number} */ value) => whole.format(value);
const ms = (/** @type {number} */ value) => value.toFixed(Math.abs(value) < 10 ? 2 : 0);

/** @param {string[]} head @param {string[][]} rows */
export function table(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const rule = `|---|${"---:|".repeat(head.length - 1)}`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/**
 * @param {Sample[]} samples
 * @param {Load} load
 * @param {Map<string, string>} excluded
 */
function tableOf(samples, load, excluded) {
  const head = ["", "requests/s", "its core", "of a full core", "CPU", "database"];
  const spans = load.stream
    ? ["first byte, added p50", "added p99", "whole, added p50", "added p99"]
    : ["p50", "p99", "added p50", "added p99"];
  const rows = entries.flatMap(({ id, name }) => {
    const figures = figuresOf(samples, id, load);
    const reason = excluded.get(id);
    if (!figures) return reason ? [[name, reason, ...Array(8).fill(""), ""]] : [];
    const { addedFirst, addedFirstP99, p50, p99, addedP50, addedP99 } = figures;
    if (id === baseline) {
      const alone = load.stream ? ["", "", "", ""] : [ms(p50), ms(p99), "", ""];
      return [[name, count(figures.perSecond), "", "", "", "", ...alone, ""]];
    }
    const times = load.stream
      ? [addedFirst, addedFirstP99, addedP50, addedP99]
      : [p50, p99, addedP50, addedP99];
    return [
      [
        ...[name, count(figures.perSecond), `${count(figures.busy * 100)} %`],
        ...[count(figures.fullCore), `${count(figures.contestantUs)} µs`],
        figures.databaseUs < 0.5 ? "" : `${count(figures.databaseUs)} µs`,
        ...times.map(ms),
        `${count(figures.residentBytes / 1024 ** 2)} MB`,
      ],
    ];
  });
  return `### ${nameOf(load)}\n\n${table([...head, ...spans, "memory"], rows)}`;
}

/**
 * What the gateway is held to, and what came out.
 * @param {Sample[]} samples
 */
function targetsOf(samples) {
  /** @type {(id: string, load: Load) => Figures | null} */
  const figures = (id, load) => figuresOf(samples, id, load);
  const many = { stream: false, connections: 64 };
  const own = figures("gatehouse", many);
  const one = figures("gatehouse", { stream: false, connections: 1 });
  const stream = figures("gatehouse", { stream: true, connections: 1 });
  /** @type {string[][]} */
  const rows = [];
  /** @type {(what: string, least: number, id: string, read: (f: Figures) => number) => void} */
  const ratio = (what, least, id, read) => {
    const other = figures(id, many);
    if (!own || !other) return;
    const found = read(own) / read(other);
    const digits = least < 1 ? 2 : 1;
    rows.push([what, `≥ ${least}`, found.toFixed(digits), found >= least ? "yes" : "**no**"]);
  };
  const byCore = (/** @type {Figures} */ f) => f.fullCore;
  const served = (/** @type {Figures} */ f) => f.perSecond;
  ratio("of nginx, requests/s of a full core", 0.15, "nginx", byCore);
  ratio("of nginx, requests/s as measured", 0.15, "nginx", served);
  for (const [id, least] of /** @type {const} */ ([
    ["fastify", 3],
    ["better-auth", 10],
    ["portkey", 10],
  ])) {
    ratio(`× ${id}, requests/s`, least, id, served);
  }
  /** @type {(what: string, most: number, found: number | undefined) => void} */
  const span = (what, most, found) => {
    if (found === undefined || Number.isNaN(found)) return;
    rows.push([what, `≤ ${most} ms`, `${found.toFixed(2)} ms`, found <= most ? "yes" : "**no**"]);
  };
  span("added p50, JSON, one connection", 0.4, one?.addedP50);
  span("added p50 to a stream's first byte, one connection", 1, stream?.addedFirst);
  return rows.length === 0 ? "" : table(["Gatehouse", "wanted", "found", "reached"], rows);
}

/**
 * The figures of a run as Markdown.
 * @param {object} run
 * @param {string[][]} run.machine
 * @param {Sample[]} run.samples
 * @param {Load[]} run.loads
 * @param {string[]} run.proofs
 * @param {Map<string, string>} run.excluded
 * @param {string} run.method
 */
export function reportOf({ machine, samples, loads, proofs, excluded, method }) {
  return [
    machine.map(([what, is]) => `- ${what}: ${is}`).join("\n"),
    method,
    targetsOf(samples),
    ...loads.map((load) => tableOf(samples, load, excluded)),
    `Verified after the run:\n\n${proofs.map((proof) => `- ${proof}`).join("\n")}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
