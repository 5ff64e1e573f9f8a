import "server-only";
import { and, asc, desc, eq, gte, isNull, or, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { webhookDeliveries, webhookEndpoints } from "@/db/schema/webhooks";
import type { Scope } from "@/lib/scope";
import { addMs, dayMs, hourMs } from "@/lib/time";
import type { Endpoint } from "@/lib/webhooks/queries";
import { alertFailures } from "@/lib/webhooks/terms";

type Own = Pick<Scope, "workspaceId">;

/** An endpoint that needs a hand. */
export type TroubledEndpoint = Pick<
  Endpoint,
  "id" | "url" | "description" | "failuresInRow" | "disabledAt"
>;

/**
 * The workspace's endpoints that were disabled because they failed, and those whose latest attempts did; the
 * disabled ones first. One that answered 410, or that somebody disabled, is as somebody wanted it.
 */
export async function listTroubledEndpoints(db: Db, scope: Own): Promise<TroubledEndpoint[]> {
  const { id, url, description, failuresInRow, disabledAt, disabledReason } = webhookEndpoints;
  return await db
    .select({ id, url, description, failuresInRow, disabledAt })
    .from(webhookEndpoints)
    .where(
      and(
        eq(webhookEndpoints.workspaceId, scope.workspaceId),
        isNull(webhookEndpoints.deletedAt),
        or(
          eq(disabledReason, "failures"),
          and(isNull(disabledAt), gte(failuresInRow, alertFailures)),
        ),
      ),
    )
    .orderBy(sql`${disabledAt} is null`, desc(failuresInRow), asc(id));
}

/** How many deliveries that were made since then have failed. */
export interface FailedSince {
  hours: number;
  since: Date;
  failed: number;
}

/** What could be sent again to an endpoint: of the last hour, the last day, and the last week. */
export async function countFailed(db: Db, scope: Own, endpointId: string): Promise<FailedSince[]> {
  const { createdAt } = webhookDeliveries;
  const within = (hours: number) =>
    sql`count(*) filter (where ${createdAt} >= now() - make_interval(hours => ${hours}::int))`;
  const [row] = await db
    .select({
      now: sql`now()`.mapWith(createdAt),
      hour: within(1).mapWith(Number),
      day: within(24).mapWith(Number),
      week: within(168).mapWith(Number),
    })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.workspaceId, scope.workspaceId),
        eq(webhookDeliveries.endpointId, endpointId),
        eq(webhookDeliveries.state, "failed"),
        gte(createdAt, sql`now() - interval '7 days'`),
      ),
    );
  if (!row) return [];
  const { now, hour, day, week } = row;
  return [
    { hours: 1, since: addMs(now, -hourMs), failed: hour },
    { hours: 24, since: addMs(now, -dayMs), failed: day },
    { hours: 168, since: addMs(now, -7 * dayMs), failed: week },
  ];
}
