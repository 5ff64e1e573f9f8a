import { setTimeout as delay } from "node:timers/promises";
import { surviveLostConnections, surviveLostTransactions } from "@/db/driver-faults";
import { followBrand } from "@/lib/branding/follow";
import { apiBaseUrl, readEnv, shownAppOrigin } from "@/lib/env";
import { watchGateway } from "@/lib/gateway/metrics";
import { startGateway } from "@/lib/gateway/server";
import { log, nameProcess } from "@/lib/log";
import { exposeMetrics } from "@/lib/metrics";
import { credentialKeyOf, deriveKey } from "@/lib/sealed";
import { startTracing } from "@/lib/tracing";
import { webhookSettings } from "@/lib/webhooks/settings";
import { forwardTokenOf } from "@/scripts/forward-token.mjs";

nameProcess("gateway");
surviveLostTransactions();
surviveLostConnections();
const env = readEnv();
const endTracing = await startTracing("gatehouse-gateway", env.OTEL_EXPORTER_OTLP_ENDPOINT);
const unfollow = await followBrand(env.DATABASE_URL);
const gateway = await startGateway({
  databaseUrl: env.DATABASE_URL,
  poolUrl: env.DATABASE_POOL_URL,
  port: env.GATEWAY_PORT,
  settings: {
    balanceStatus: env.INSUFFICIENT_BALANCE_STATUS,
    testKeys: env.TEST_KEYS,
    importedPrefixes: env.IMPORTED_KEY_PREFIXES,
    // Asked for each time: an operator may name other hosts.
    get topUpUrl() {
      return `${shownAppOrigin(env)}/billing`;
    },
    requiresMaxTokens: env.STRICT_MAX_TOKENS,
    trustedProxies: new Set(env.TRUSTED_PROXIES),
    forwardToken: forwardTokenOf(env.AUTH_SECRET),
    otherForwardToken: env.AUTH_SECRET_PREVIOUS ? forwardTokenOf(env.AUTH_SECRET_PREVIOUS) : null,
    get apiBaseUrl() {
      return apiBaseUrl(env);
    },
    cursorKey: deriveKey(env.AUTH_SECRET, "list cursors"),
    answerKey: deriveKey(env.AUTH_SECRET, "kept answers"),
    credentialKey: credentialKeyOf(env.AUTH_SECRET),
    webhooks: webhookSettings(env),
  },
});
watchGateway(gateway.gateway);
const closeMetrics = await exposeMetrics("gateway", env, gateway.isReady);
log.info({ port: gateway.port }, "gateway is listening");

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "gateway drains");
    // The private port is the last to go: until then it says that this gateway isn't ready.
    gateway.gateway.isLeaving = true;
    const noticed = delay(env.SHUTDOWN_NOTICE_SECONDS * 1_000);
    const stopped = noticed
      .then(() => gateway.stop())
      .finally(() => Promise.all([endTracing(), closeMetrics(), unfollow()]));
    stopped.then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "gateway did not stop cleanly");
        process.exit(1);
      },
    );
  });
}
