import type { RestRoute } from "@/lib/gateway/rest";
import { balanceRoutes } from "@/lib/gateway/routes/balance";
import { generateRoutes } from "@/lib/gateway/routes/generate";
import { keyRoutes } from "@/lib/gateway/routes/keys";
import { ownKeyRoutes } from "@/lib/gateway/routes/keys-own";
import { resourceRoutes } from "@/lib/gateway/routes/resources";
import { usageRoutes } from "@/lib/gateway/routes/usage";
import { webhookDeliveryRoutes } from "@/lib/gateway/routes/webhook-deliveries";
import { webhookRoutes } from "@/lib/gateway/routes/webhooks";

/**
 * Every REST route, one list a group. What is in here is served and described in the OpenAPI document;
 * there is no other place to enter it.
 */
export const restRoutes: readonly RestRoute[] = [
  ...generateRoutes,
  ...resourceRoutes,
  ...usageRoutes,
  ...balanceRoutes,
  // `/v1/keys/verify` stands before `/v1/keys/{id}`, which would take it for an id.
  ...ownKeyRoutes,
  ...keyRoutes,
  ...webhookRoutes,
  ...webhookDeliveryRoutes,
];
