import { request } from "node:http";
import { join } from "node:path";
import { keepDatabase } from "./database.mjs";
import { readDotenv } from "./dotenv.mjs";
import { checkNode, ensureBuilt, ensureInstalled } from "./ensure.mjs";
import { tryLock } from "./lock.mjs";
import { bundleDir, dataDir, makeDataDir, root } from "./paths.mjs";
import { isPortFree, readPort } from "./ports.mjs";
import { lastLines, Problem, report } from "./problem.mjs";
import { interruptRuns, run, waitUntil } from "./processes.mjs";
import { readSecrets } from "./secrets.mjs";
import { step } from "./step.mjs";
import { endOrphans, superviseServices } from "./supervise.mjs";

// `npm start`: everything from a fresh clone to a running product, and back again on Ctrl-C.

const drainMs = 35_000;
const readyMs = 90_000;
const parentPollMs = 300;
const demoEmail = "demo@gatehouse.example";

/** @type {Record<string, number>} */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** @typedef {{ webUrl: URL, port: number, gatewayPort: number }} Addresses */

/** What has to be undone at the end, the last first. @type {(() => unknown)[]} */
const undo = [];
/** @type {ReturnType<typeof superviseServices> | undefined} */
let services;
let isEnding = false;

try {
  await main();
} catch (error) {
  // While we are ending, what was interrupted fails; that is no news.
  if (!isEnding) await end(report(error));
}

async function main() {
  listenForSignals();
  checkNode();
  for (const [name, value] of Object.entries(readDotenv(root))) process.env[name] ??= value;
  const directory = dataDir();
  makeDataDir(directory);
  takePlace(directory);
  await endOrphans(directory);
  const addresses = await choosePorts();
  const secrets = readSecrets(directory);

  await ensureInstalled();
  if (isEnding) return;
  await ensureBuilt();
  if (isEnding) return;
  const databaseUrl = process.env.DATABASE_URL || (await openDatabase(directory));
  if (isEnding) return;

  const { DEMO_PASSWORD, ...secretsOfServices } = secrets;
  const env = serviceEnv(directory, addresses, { ...secretsOfServices, DATABASE_URL: databaseUrl });
  await runProgram("migrations", "migrate", env);
  await runProgram("seeds", "seed", { ...env, DEMO_PASSWORD });
  if (isEnding) return;

  await step("services", "starting web, gateway and worker", () => {
    services = superviseServices({
      services: [
        { name: "web", args: [join("scripts", "web.mjs")] },
        { name: "gateway", args: ["--enable-source-maps", join(bundleDir, "gateway.mjs")] },
        { name: "worker", args: ["--enable-source-maps", join(bundleDir, "worker.mjs")] },
      ],
      dataDir: directory,
      cwd: root,
      env,
      onGiveUp: (_name, exitCode) => void end(exitCode),
    });
    return waitUntilReady(addresses);
  });
  if (isEnding) return;
  announce(directory, addresses, DEMO_PASSWORD);
}

/**
 * Makes sure that this data directory has one owner.
 * @param {string} directory
 */
function takePlace(directory) {
  const place = tryLock(join(directory, "start.pid"));
  if (place.holder) {
    throw new Problem(
      `Gatehouse is already running (pid ${place.holder.pid}). ` +
        "Stop it, or set DATA_DIR, PORT and GATEWAY_PORT for a second one.",
    );
  }
  undo.push(place.release);
}

/** @returns {Promise<Addresses>} */
async function choosePorts() {
  const port = readPort("PORT", 3000);
  const gatewayPort = readPort("GATEWAY_PORT", 4000);
  if (port === gatewayPort) throw new Problem(`PORT and GATEWAY_PORT are both ${port}.`);
  for (const [name, value] of Object.entries({ PORT: port, GATEWAY_PORT: gatewayPort })) {
    if (await isPortFree(value)) continue;
    throw new Problem(`Port ${value} is taken. Stop what uses it, or set ${name}.`);
  }
  return { webUrl: readOrigin(port), port, gatewayPort };
}

/** @param {number} port */
function readOrigin(port) {
  const text = process.env.APP_ORIGIN || `http://localhost:${port}`;
  if (!/^https?:\/\/[^/]+\/?$/.test(text) || !URL.canParse(text)) {
    throw new Problem(
      `APP_ORIGIN is "${text}". Set an origin such as https://console.example.com.`,
    );
  }
  return new URL(text);
}

/** @param {string} directory */
function openDatabase(directory) {
  return keepDatabase(directory, {
    onStop: (stop) => undo.push(stop),
    onGiveUp: () => void end(1),
  });
}

/**
 * @param {string} directory
 * @param {Addresses} addresses
 * @param {Record<string, string>} own
 * @returns {NodeJS.ProcessEnv}
 */
function serviceEnv(directory, { webUrl, port, gatewayPort }, own) {
  return {
    ...process.env,
    ...own,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(port),
    GATEWAY_PORT: String(gatewayPort),
    DATA_DIR: directory,
    DEMO_MODE: demoMode(process.env),
    AUTH_URL: process.env.AUTH_URL || webUrl.origin,
    AUTH_TRUST_HOST: "true",
    // Given to the one program that needs it.
    DEMO_PASSWORD: undefined,
  };
}

/**
 * Demo payments out of the box, as long as nobody says that this is meant seriously.
 * @param {NodeJS.ProcessEnv} env
 */
function demoMode(env) {
  return env.DEMO_MODE || (env.DEMO === "0" || env.STRIPE_SECRET_KEY ? "0" : "1");
}

/**
 * Runs one of the programs that prepare the database.
 * @param {string} name
 * @param {string} program
 * @param {NodeJS.ProcessEnv} env
 */
async function runProgram(name, program, env) {
  if (isEnding) return;
  await step(name, "preparing the database", async () => {
    const args = ["--enable-source-maps", join(bundleDir, `${program}.mjs`)];
    const { code, output } = await run(process.execPath, args, { cwd: root, env });
    if (code === 0 || isEnding) return;
    console.error(`\n${lastLines(output, 30)}`);
    const hint = process.env.DATABASE_URL ? " Check DATABASE_URL." : "";
    throw new Problem(`The database could not be prepared (${program}), see above.${hint}`);
  });
}

/** @param {Addresses} addresses */
async function waitUntilReady({ webUrl, port, gatewayPort }) {
  const isReady = async () => {
    if (isEnding) return true;
    const [page, gateway] = await Promise.all([
      ask(port, "/", webUrl.host),
      ask(gatewayPort, "/readyz", `127.0.0.1:${gatewayPort}`),
    ]);
    return page > 0 && page < 500 && gateway === 200;
  };
  if (await waitUntil(isReady, readyMs, 100)) return isEnding ? "stopped" : "ready";
  throw new Problem(`Gatehouse did not get ready. See ${join(dataDir(), "logs")}.`);
}

/**
 * @param {number} port
 * @param {string} path
 * @param {string} host what the Host header says
 * @returns {Promise<number>} the status, 0 when nobody answers
 */
function ask(port, path, host) {
  return new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path, headers: { Host: host }, agent: false });
    call.on("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on("error", () => resolve(0));
    call.end();
  });
}

/**
 * @param {string} directory
 * @param {Addresses} addresses
 * @param {string} demoPassword
 */
function announce(directory, { webUrl, port, gatewayPort }, demoPassword) {
  const hasDemo = process.env.DEMO !== "0";
  console.log(
    [
      "",
      `Dashboard   ${webUrl.origin}`,
      `API         http://localhost:${gatewayPort}/v1  (also http://localhost:${port}/v1)`,
      ...(hasDemo ? [`Demo        ${demoEmail}  ${demoPassword}`] : []),
      `Logs        ${join(directory, "logs")}`,
      "",
      "Ctrl-C stops everything.",
    ].join("\n"),
  );
  process.send?.("ready");
}

function listenForSignals() {
  // A closed terminal must not turn our last words into an error.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  for (const signal of Object.keys(exitCodes)) {
    process.on(signal, () => {
      if (isEnding) services?.kill();
      else void end(exitCodes[signal] ?? 1);
    });
  }
  // npm passes SIGTERM to a shell that dies of it without telling us; then our parent changes.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    if (!isEnding) void end(exitCodes.SIGTERM ?? 1);
  }, parentPollMs);
  timer.unref();
}

/**
 * Stops everything, services before the database, and leaves.
 * @param {number} exitCode
 */
async function end(exitCode) {
  if (isEnding) return;
  isEnding = true;
  await interruptRuns();
  if (services) console.log("\nStopping; Ctrl-C again to stop at once.");
  await services?.stop(drainMs);
  for (const action of undo.reverse()) await action();
  process.exit(exitCode);
}
