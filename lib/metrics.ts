import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { log } from "@/lib/log";
import { openPrivatePort, privatePortOf } from "@/scripts/private-port.mjs";

/** What this process counts and measures, as Prometheus asks for it. */
export const registry = new Registry();

/** Seconds, from what memory answers to the longest stream. */
export const durationBuckets = [
  0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

interface Door {
  METRICS_PORT?: number | undefined;
  METRICS_HOST: string;
}

/**
 * Opens the private port with `/metrics`, `/healthz` and `/readyz`, where one is configured. What closes it
 * is answered. A port that is taken is told in the log: nobody is served less for it.
 */
export async function exposeMetrics(
  name: "gateway" | "worker",
  env: Door,
  isReady: () => boolean,
): Promise<() => Promise<void>> {
  const port = privatePortOf(name, env.METRICS_PORT);
  if (port === null) return async () => undefined;
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "gatehouse_ready",
    help: "1 where the process may be sent work.",
    registers: [registry],
    collect() {
      this.set(isReady() ? 1 : 0);
    },
  });
  try {
    const door = await openPrivatePort({ port, host: env.METRICS_HOST, registry, isReady });
    log.info({ port: door.port, host: env.METRICS_HOST }, "metrics are served");
    return door.close;
  } catch (error) {
    log.error({ err: error, port }, "metrics can't be served");
    return async () => undefined;
  }
}
