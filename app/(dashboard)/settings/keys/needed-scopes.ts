import "server-only";
import { operations } from "@/lib/gateway/routes/openapi";
import type { NeededScope } from "@/lib/keys/safety-queries";

/** What each call of the API needs, from the table that describes and serves it. */
export const neededScopes: readonly NeededScope[] = operations.flatMap(
  ({ method, path, scope }): NeededScope[] => (scope === null ? [] : [{ method, path, scope }]),
);
