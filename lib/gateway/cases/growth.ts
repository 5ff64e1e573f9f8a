import { readFileSync } from "node:fs";
import type { World } from "@/lib/gateway/cases/world";
import { endProcess, spawnGateway } from "@/lib/gateway/testing/process";

function residentBytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

const warmUpRounds = 4;

/** How far a process of its own grows, at the most, while `work` sends to it. */
export async function growthDuring(
  world: World,
  portFrom: number,
  work: (origin: string) => Promise<void>,
): Promise<number> {
  const { child, origin } = await spawnGateway(world.door.database.url, portFrom);
  try {
    // Until its heap has the size that it works at, a process grows whatever it is sent.
    for (let round = 0; round < warmUpRounds; round++) await work(origin);
    const before = residentBytes(child.pid);
    let peak = before;
    const timer = setInterval(() => {
      peak = Math.max(peak, residentBytes(child.pid));
    }, 10);
    await work(origin);
    clearInterval(timer);
    return Math.max(peak, residentBytes(child.pid)) - before;
  } finally {
    await endProcess(child, "SIGTERM");
  }
}
