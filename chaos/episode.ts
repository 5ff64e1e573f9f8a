import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import {
  checkBroken,
  checkComplete,
  checkErrors,
  checkTruth,
  checkUpstreamCalls,
} from "@/chaos/checks-answers";
import {
  checkBalances,
  checkClock,
  checkKeyLimits,
  checkQuotas,
  checkRevocations,
  checkWindows,
} from "@/chaos/checks-limits";
import {
  checkBank,
  checkMovements,
  checkOnce,
  checkPrices,
  checkReplays,
} from "@/chaos/checks-money";
import type { Cluster } from "@/chaos/cluster";
import { type FaultName, runNemesis } from "@/chaos/faults";
import { History } from "@/chaos/history";
import { runBursts, runClient } from "@/chaos/load";
import { runKeyTrouble, runLimitChange } from "@/chaos/management";
import {
  grant,
  runAuditor,
  runForgeries,
  runGrants,
  runPayments,
  verifyBooks,
} from "@/chaos/money";
import { Random } from "@/chaos/random";
import {
  type LogRow,
  readBooks,
  readLeftovers,
  readLog,
  readMovements,
  readQuotas,
} from "@/chaos/rows";
import { Stage } from "@/chaos/stage";
import { makeTenants, type Tenant } from "@/chaos/tenants";
import { Judge, type Verdict } from "@/chaos/verdict";
import { nanosPerUsd, nanosToDecimal } from "@/lib/money";

const quietMsDefault = 90_000;
const fillMax = 600;
const fillStep = 20;

export interface EpisodeOptions {
  seed: number;
  /** Clients at the same time. */
  clients: number;
  /** What goes wrong, one after the other: the next one's name, null at the end. */
  nextFault: (random: Random) => FaultName | null;
  /** The load lasts at least so long, whatever the faults take. */
  loadMsMin: number;
  /** How much longer than promised things may take. */
  patience: number;
  /** Nothing may be held any more after so long. */
  quietMsMax?: number;
}

export interface EpisodeReport {
  seed: number;
  history: History;
  verdicts: Verdict[];
  rows: LogRow[];
}

/** One episode: new tenants, load and faults together, quiet, and then all the checks. */
export async function runEpisode(
  cluster: Cluster,
  options: EpisodeOptions,
): Promise<EpisodeReport> {
  const random = new Random(options.seed);
  const history = new History();
  const tenants = await makeTenants(cluster.sql);
  const stage = new Stage(cluster, tenants, history, options.patience);
  const { busy, poor, hourly, counted } = tenants;
  await Promise.all([
    ...[busy, hourly, counted].map((tenant) => grant(stage, tenant, 20n * nanosPerUsd)),
    grant(stage, poor, (3n * nanosPerUsd) / 2n),
  ]);

  const actors = [
    ...Array.from({ length: options.clients }, () => runClient(stage, random.fork())),
    ...[
      runBursts,
      runKeyTrouble,
      runLimitChange,
      runForgeries,
      runPayments,
      runGrants,
      runAuditor,
    ].map((run) => run(stage, random.fork())),
  ];
  const nemesis = random.fork();
  const loaded = delay(options.loadMsMin);
  await runNemesis(stage, nemesis, () => options.nextFault(nemesis));
  await loaded;
  stage.isOver = true;
  await Promise.all(actors);
  await Promise.all([...stage.open]);

  await exhaust(stage, random, hourly, 429);
  await exhaust(stage, random, counted, 403);
  const leftovers = await waitForRest(stage, options.quietMsMax ?? quietMsDefault);
  return { seed: options.seed, history, ...(await judge(stage, leftovers)) };
}

/** Asks until every gateway refuses by the limit, so that the limit has been reached to the last. */
async function exhaust(
  stage: Stage,
  random: Random,
  tenant: Tenant,
  status: number,
): Promise<void> {
  const [key = tenant.admin] = tenant.keys;
  const { gateways } = stage.cluster;
  const once = (asked: number) => {
    const [gateway = gateways[0]] = gateways.slice(asked % gateways.length);
    return stage.ask({ tenant, key, gateway, words: 1, stream: false }, random);
  };
  let isNear = false;
  for (let asked = 0; asked < fillMax && !isNear; asked += fillStep) {
    const wave = await Promise.all(Array.from({ length: fillStep }, (_, i) => once(i)));
    isNear = wave.some((operation) => operation.status === status);
  }
  let refusals = 0;
  for (let asked = 0; asked < fillMax && refusals < gateways.length * 2; asked++) {
    refusals = (await once(asked)).status === status ? refusals + 1 : 0;
  }
  const used = refusals > 0;
  stage.history.observe("limits are reached", used, `${tenant.name} never got ${status}`);
}

/** Waits until nothing is set aside any more; answers what still is after the promised time. */
async function waitForRest(stage: Stage, quietMsMax: number): Promise<string[]> {
  const startedMs = performance.now();
  for (;;) {
    const leftovers = await readLeftovers(stage.cluster.sql);
    const tookMs = performance.now() - startedMs;
    if (leftovers.length > 0 && tookMs < quietMsMax) {
      await delay(200);
      continue;
    }
    stage.measure("nothing is held after quiet (P6)", tookMs, quietMsMax);
    return leftovers;
  }
}

async function judge(
  stage: Stage,
  leftovers: string[],
): Promise<Pick<EpisodeReport, "verdicts" | "rows">> {
  const { cluster, tenants, history } = stage;
  const ids = tenants.all.map(({ workspaceId }) => workspaceId);
  const wasVerified = await verifyBooks(stage);
  history.observe("verifyLedger (P2, P22)", wasVerified, "the books could not be verified");
  const books = await readBooks(cluster.sql, ids);
  const [rows, movements, exchanges] = await Promise.all([
    readLog(cluster.sql, ids),
    readMovements(cluster.sql, ids),
    cluster.readExchanges(),
  ]);
  const rest = new Judge("nothing stays held (P6)");
  rest.expect(leftovers.length === 0, () => leftovers.join("; "));
  const verdicts = [
    checkBank(books, tenants),
    checkMovements(history, movements),
    checkOnce(history, rows),
    checkReplays(history),
    checkPrices(rows),
    checkComplete(history, rows),
    checkTruth(history, rows, exchanges),
    checkBroken(history, rows),
    checkUpstreamCalls(history, exchanges),
    checkErrors(history),
    checkRevocations(history),
    checkWindows(tenants, rows),
    checkQuotas(tenants, rows, await readQuotas(cluster.sql, ids)),
    checkKeyLimits(history, tenants, rows),
    checkClock(history, tenants),
    checkBalances(history),
    rest.verdict,
    await checkToldBalances(stage, books),
    checkProcesses(cluster),
    ...judgeObservations(history),
    judgeMeasurements(history),
  ];
  return { verdicts, rows };
}

const Balance = z.object({ balance: z.string() });

/** What the API tells of the busy balance is what the books say, at every gateway. */
async function checkToldBalances(
  stage: Stage,
  books: Awaited<ReturnType<typeof readBooks>>,
): Promise<Verdict> {
  const told = new Judge("the balance told is the ledger's (P21)");
  const { workspaceId, admin } = stage.tenants.busy;
  const own = books.find(({ workspace_id }) => workspace_id === workspaceId);
  for (const { port } of stage.cluster.gateways) {
    const headers = { authorization: `Bearer ${admin.secret}` };
    const answer = await stage.call(`http://127.0.0.1:${port}`, "/v1/balance", { headers });
    const balance = Balance.safeParse(answer?.body).data?.balance;
    const due = own && nanosToDecimal(own.limit - own.used);
    told.expect(balance === due, () => `told ${balance}, the books say ${due}`);
  }
  return told.verdict;
}

/** No process ended by itself, and none had anything uncaught to say. */
function checkProcesses(cluster: Cluster): Verdict {
  const processes = new Judge("no process fails (P15)");
  for (const { spec, unwantedEnds, output, starts } of cluster.processes) {
    processes.expect(
      unwantedEnds.length === 0,
      () =>
        `${spec.name} ended by itself ${unwantedEnds.length} times in ${starts} lives: ` +
        unwantedEnds.map(({ code, signal, output }) => `${code ?? signal}: ${output}`).join("; "),
    );
    const line = output.split("\n").find((each) => /uncaught|unhandled/i.test(each));
    processes.expect(line === undefined, () => `${spec.name} wrote: ${line?.slice(0, 300)}`);
  }
  return processes.verdict;
}

function judgeObservations(history: History): Verdict[] {
  const judges = new Map<string, Judge>();
  for (const { check, holds, detail } of history.observations) {
    const own = judges.get(check) ?? new Judge(check);
    judges.set(check, own);
    own.expect(holds, () => detail);
  }
  return [...judges.values()].map(({ verdict }) => verdict);
}

function judgeMeasurements(history: History): Verdict {
  const times = new Judge("promised times");
  for (const { what, ms, maxMs } of history.measurements) {
    times.expect(ms <= maxMs, () => `${what}: ${Math.round(ms)} ms of at most ${maxMs}`);
  }
  return times.verdict;
}
