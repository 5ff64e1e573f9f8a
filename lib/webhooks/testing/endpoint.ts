import type { Db } from "@/db/client";
import type { Resolve } from "@/lib/outbound-address";
import type { Scope } from "@/lib/scope";
import { emitEvents } from "@/lib/webhooks/emit";
import { allEvents } from "@/lib/webhooks/event-names";
import { eventExamples } from "@/lib/webhooks/events";
import { type CreatedEndpoint, createEndpoint } from "@/lib/webhooks/mutations";
import type { CreateEndpoint } from "@/lib/webhooks/schema";
import { type WebhookSettings, webhookKeyOf } from "@/lib/webhooks/settings";

export const origin = { address: "203.0.113.7", userAgent: "vitest" };
export const authSecret = "a secret for tests that is long enough";

/** Names of tests: each leads to one address. Any other name doesn't exist. */
export function resolveTo(names: Record<string, string | { code: string }>): Resolve {
  return (hostname, _options, callback) => {
    const found = names[hostname];
    if (typeof found === "string") {
      return callback(null, [{ address: found, family: found.includes(":") ? 6 : 4 }]);
    }
    const code = found?.code ?? "ENOTFOUND";
    callback(Object.assign(new Error(code), { code }), []);
  };
}

/** Of a deployment as customers know it: public addresses only. */
export const strictSettings: WebhookSettings = {
  secretKey: webhookKeyOf(authSecret),
  allowPrivate: false,
  resolve: resolveTo({
    "example.com": "93.184.215.14",
    "hooks.example.com": "93.184.215.14",
    "inside.example.com": "10.0.0.8",
    "mapped.example.com": "::ffff:127.0.0.1",
  }),
};

/** Receivers of tests are on this machine. */
export const openSettings: WebhookSettings = { ...strictSettings, allowPrivate: true };

/** Makes an endpoint for everything. */
export function makeEndpoint(
  db: Db,
  scope: Scope,
  change: Partial<CreateEndpoint> = {},
  settings: WebhookSettings = openSettings,
): Promise<CreatedEndpoint> {
  const input = { url: "https://example.com/hooks", description: "", events: [allEvents] };
  return createEndpoint(db, scope, settings, { ...input, ...change }, origin);
}

/** Tells a workspace's endpoints of something, `count` times. Answers how many deliveries that made. */
export async function emit(db: Db, scope: Scope, count = 1): Promise<number> {
  const { workspaceId } = scope;
  const data = eventExamples["balance.low"];
  const events = Array.from({ length: count }, () => ({
    ...{ workspaceId, type: "balance.low" as const, data },
  }));
  return await db.transaction((tx) => emitEvents(tx, events));
}
