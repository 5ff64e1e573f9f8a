import { type Environment, readEnv } from "@/lib/env";
import { type Resolve, resolveName } from "@/lib/outbound-address";
import { deriveKey, seal, unseal } from "@/lib/sealed";

/** What a deployment decides about webhooks. */
export interface WebhookSettings {
  /** What signing secrets are encrypted under; 32 bytes derived from the deployment's secret. */
  secretKey: Uint8Array;
  /** Whether plain http, any port and addresses that only insiders have are fine. For development. */
  allowPrivate: boolean;
  /** How names of receivers are looked up. */
  resolve: Resolve;
}

/** The key that signing secrets are encrypted under. */
export function webhookKeyOf(authSecret: string): Buffer {
  return deriveKey(authSecret, "webhook secrets");
}

/** The settings of this process's environment. */
export function webhookSettings(env: Environment = readEnv()): WebhookSettings {
  return {
    secretKey: webhookKeyOf(env.AUTH_SECRET),
    allowPrivate: env.WEBHOOK_PRIVATE_ADDRESSES,
    resolve: resolveName,
  };
}

/** What a signing secret belongs to. */
export const webhookContext = (endpointId: string) => `webhook ${endpointId}`;

/** Encrypts an endpoint's signing secret; it opens for that endpoint only. */
export function sealSecret(
  { secretKey }: Pick<WebhookSettings, "secretKey">,
  endpointId: string,
  secret: string,
): Buffer {
  return seal(secretKey, Buffer.from(secret), webhookContext(endpointId));
}

/** What `sealSecret` has put away; null where the deployment's secret has changed since. */
export function openSecret(
  { secretKey }: Pick<WebhookSettings, "secretKey">,
  endpointId: string,
  sealed: Uint8Array,
): string | null {
  return unseal(secretKey, sealed, webhookContext(endpointId))?.toString() ?? null;
}
