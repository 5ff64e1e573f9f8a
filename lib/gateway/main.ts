import { surviveLostConnections, surviveLostTransactions } from "@/db/driver-faults";
import { apiBaseUrl, appOrigin, readEnv } from "@/lib/env";
import { startGateway } from "@/lib/gateway/server";
import { log } from "@/lib/log";
import { credentialKeyOf, deriveKey } from "@/lib/sealed";
import { webhookSettings } from "@/lib/webhooks/settings";
import { forwardTokenOf } from "@/scripts/forward-token.mjs";

surviveLostTransactions();
surviveLostConnections();
const env = readEnv();
const gateway = await startGateway({
  databaseUrl: env.DATABASE_URL,
  port: env.GATEWAY_PORT,
  settings: {
    balanceStatus: env.INSUFFICIENT_BALANCE_STATUS,
    testKeys: env.TEST_KEYS,
    topUpUrl: `${appOrigin(env)}/billing`,
    requiresMaxTokens: env.STRICT_MAX_TOKENS,
    trustedProxies: new Set(env.TRUSTED_PROXIES),
    forwardToken: forwardTokenOf(env.AUTH_SECRET),
    apiBaseUrl: apiBaseUrl(env),
    cursorKey: deriveKey(env.AUTH_SECRET, "list cursors"),
    answerKey: deriveKey(env.AUTH_SECRET, "kept answers"),
    credentialKey: credentialKeyOf(env.AUTH_SECRET),
    webhooks: webhookSettings(env),
  },
});
log.info({ port: gateway.port }, "gateway is listening");

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "gateway drains");
    gateway.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "gateway did not stop cleanly");
        process.exit(1);
      },
    );
  });
}
