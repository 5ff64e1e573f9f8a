import { surviveLostTransactions } from "@/db/driver-faults";
import { findPaymentProvider } from "@/lib/billing/provider";
import { followBrand } from "@/lib/branding/follow";
import { readEnv } from "@/lib/env";
import { watchBacklog } from "@/lib/jobs/metrics";
import { startWorker } from "@/lib/jobs/worker";
import { log, nameProcess } from "@/lib/log";
import { findMailTransport } from "@/lib/mail/transport";
import { exposeMetrics } from "@/lib/metrics";
import { startTracing } from "@/lib/tracing";
import { webhookSettings } from "@/lib/webhooks/settings";

nameProcess("worker");
surviveLostTransactions();
const env = readEnv();
const endTracing = await startTracing("gatehouse-worker", env.OTEL_EXPORTER_OTLP_ENDPOINT);
const unfollow = await followBrand(env.DATABASE_URL);
const worker = startWorker(env.DATABASE_URL, findMailTransport(env), findPaymentProvider(env), {
  webhooks: webhookSettings(env),
});

watchBacklog(worker.db);
const closeMetrics = await exposeMetrics("worker", env, worker.isReady);

// graphile-worker drops some promises of a runner that lost the database: the same failure reaches
// `startWorker`, which begins anew, so here it is only worth a line.
process.on("unhandledRejection", (reason) => {
  log.warn(
    { reason: reason instanceof Error ? reason.message : String(reason) },
    "dropped promise",
  );
});

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "worker stops");
    const stopped = worker
      .stop()
      .finally(() => Promise.all([endTracing(), closeMetrics(), unfollow()]));
    stopped.then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "worker did not stop cleanly");
        process.exit(1);
      },
    );
  });
}
