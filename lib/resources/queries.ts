import "server-only";
import { and, desc, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { resources } from "@/db/schema/resources";
import { isId } from "@/lib/id";
import type { ResourcePosition } from "@/lib/resources/schema";
import type { Scope } from "@/lib/scope";

/** Keys of one environment see, and make, resources of that environment only. */
export interface ResourceScope extends Scope {
  environment: "live" | "test";
}

export interface Resource {
  id: string;
  name: string;
  type: string;
  config: unknown;
  /** Counts changes, from 1. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface ResourcePage {
  /** Newest first. */
  items: Resource[];
  /** The position of the last item; null where nothing follows it. */
  next: ResourcePosition | null;
}

export const resourceColumns = {
  id: resources.id,
  name: resources.name,
  type: resources.type,
  config: resources.config,
  version: resources.version,
  createdAt: resources.createdAt,
  updatedAt: resources.updatedAt,
};

/** The rows that a caller's queries may touch. */
export function ownResources(scope: ResourceScope) {
  return and(
    eq(resources.workspaceId, scope.workspaceId),
    eq(resources.environment, scope.environment),
  );
}

/** A page of at most `limit` resources, newest first, after `after`. Changes meanwhile skip nothing. */
export async function listResources(
  db: Db,
  scope: ResourceScope,
  page: { limit: number; after: ResourcePosition | null },
): Promise<ResourcePage> {
  const { limit, after } = page;
  const rows = await db
    // A JavaScript Date would cut the microseconds off, and skip or repeat what was made within one.
    .select({ ...resourceColumns, at: sql<string>`${resources.createdAt}::text` })
    .from(resources)
    .where(
      and(
        ownResources(scope),
        after
          ? sql`(${resources.createdAt}, ${resources.id}) < (${after.at}::timestamptz, ${after.id})`
          : undefined,
      ),
    )
    .orderBy(desc(resources.createdAt), desc(resources.id))
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown[shown.length - 1] : undefined;
  return {
    items: shown.map(({ at: _at, ...resource }) => resource),
    next: last ? { at: last.at, id: last.id } : null,
  };
}

/** One resource, or null where it is another's, of the other environment, or nobody's. */
export async function findResource(
  db: Db,
  scope: ResourceScope,
  id: string,
): Promise<Resource | null> {
  if (!isId("resource", id)) return null;
  const [row] = await db
    .select(resourceColumns)
    .from(resources)
    .where(and(ownResources(scope), eq(resources.id, id)));
  return row ?? null;
}
