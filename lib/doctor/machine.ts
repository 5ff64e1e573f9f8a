import { statfs } from "node:fs/promises";
import { connect } from "node:net";
import { type Finding, findingsOf } from "@/lib/doctor/finding";
import type { Environment } from "@/lib/env";
import { privatePortOf } from "@/scripts/private-port.mjs";

const { ok, warn, fail, skip } = findingsOf("machine");

const freeBytesMin = 1e9;
const freeBytesLow = 10e9;
const nodeMajorMin = 20;
const waitMs = 2_000;

export function checkNode(version: string): Finding {
  const major = Number(version.split(".")[0]);
  if (major >= nodeMajorMin) return ok("Node.js", version);
  return fail("Node.js", `${version} is too old`, `Install Node.js ${nodeMajorMin}.9 or later.`);
}

/** Room on the disk of a folder: the logs', and the database's where it is the embedded one. */
export async function checkDisk(directory: string): Promise<Finding> {
  let free: number;
  try {
    const { bavail, bsize } = await statfs(directory);
    free = bavail * bsize;
  } catch {
    return skip("disk", `${directory} isn't there yet`);
  }
  const says = `${(free / 1e9).toFixed(1)} GB are free at ${directory}`;
  if (free < freeBytesMin)
    return fail("disk", says, "Make room before PostgreSQL stops for want of it.");
  return free < freeBytesLow
    ? warn("disk", says, "Make room, or move DATA_DIR.")
    : ok("disk", says);
}

/** Who listens on the ports: nobody, one of us, or somebody else. */
export async function checkPorts(env: Environment): Promise<Finding[]> {
  const named = { web: env.PORT, gateway: env.GATEWAY_PORT };
  const findings = await Promise.all(
    Object.entries(named).map(([name, port]) => checkPort(name, port)),
  );
  if (env.PORT === env.GATEWAY_PORT) {
    findings.push(fail("PORT", "is GATEWAY_PORT too", "Give each its own."));
  }
  if (env.METRICS_PORT === undefined) return findings;
  const privates = (["web", "gateway", "worker"] as const).map((name) => ({
    name: `${name}'s private port`,
    port: privatePortOf(name, env.METRICS_PORT) ?? 0,
  }));
  const taken = privates.find(({ port }) => port === env.PORT || port === env.GATEWAY_PORT);
  if (taken) {
    const mend = "Move METRICS_PORT: it needs three ports in a row.";
    findings.push(fail(taken.name, `${taken.port} is another process's`, mend));
  }
  return [
    ...findings,
    ...(await Promise.all(privates.map((one) => checkPort(one.name, one.port)))),
  ];
}

async function checkPort(name: string, port: number): Promise<Finding> {
  if (!(await isTaken(port))) return ok(name, `port ${port} is free`);
  try {
    const signal = AbortSignal.timeout(waitMs);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal });
    const text = await answer.text();
    if (answer.status === 200) return ok(name, `is ready on port ${port}`);
    if (answer.status === 503 && /not ready|draining/.test(text)) {
      return warn(name, `on port ${port} isn't ready`, "See its log.");
    }
  } catch {
    // Somebody who speaks no HTTP.
  }
  return fail(name, `port ${port} is taken by another program`, "Stop it, or choose another port.");
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: waitMs });
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}
