import { countText } from "@/lib/count-text";
import "server-only";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { resources } from "@/db/schema/resources";
import { workspaces } from "@/db/schema/workspaces";
import { type RequestOrigin, recordAudit } from "@/lib/audit/record";
import { AppError } from "@/lib/errors";
import { isId, newId } from "@/lib/id";
import {
  ownResources,
  type Resource,
  type ResourceScope,
  resourceColumns,
} from "@/lib/resources/queries";
import { type ResourceCreate, type ResourceUpdate, resourcesMax } from "@/lib/resources/schema";

/** Looks at the version under the row's lock and throws where the change isn't meant for it. */
export type VersionCheck = (version: number) => void;

async function recordChange(
  tx: Db,
  scope: ResourceScope,
  action: "created" | "updated" | "deleted",
  resource: { id: string; name: string },
  origin: RequestOrigin,
): Promise<void> {
  await recordAudit(tx, {
    workspaceId: scope.workspaceId,
    userId: scope.userId,
    actorKeyId: scope.keyId,
    action: `resource.${action}`,
    targetType: "resource",
    targetId: resource.id,
    details: { name: resource.name, environment: scope.environment },
    origin,
  });
}

/** Makes a resource. Throws LIMIT_REACHED. */
export async function createResource(
  db: Db,
  scope: ResourceScope,
  input: ResourceCreate,
  origin: RequestOrigin,
): Promise<Resource> {
  const { workspaceId, environment } = scope;
  return db.transaction(async (tx) => {
    // Creations in one workspace take turns, so that the limit holds.
    const [workspace] = await tx
      .select({ id: workspaces.id })
      .from(workspaces)
      .where(eq(workspaces.id, workspaceId))
      .for("no key update");
    if (!workspace) throw new AppError("NOT_FOUND");
    const [counted] = await tx
      .select({ count: sql`count(*)`.mapWith(Number) })
      .from(resources)
      .where(eq(resources.workspaceId, workspaceId));
    if ((counted?.count ?? 0) >= resourcesMax) {
      throw new AppError(
        "LIMIT_REACHED",
        `The workspace has ${countText(resourcesMax)} resources, the most it can hold; delete some first`,
      );
    }
    const [made] = await tx
      .insert(resources)
      .values({
        id: newId("resource"),
        ...{ workspaceId, environment, name: input.name, type: input.type },
        config: input.config ?? {},
        // Not now(), which is when this transaction began to wait for its turn.
        createdAt: sql`clock_timestamp()`,
        updatedAt: sql`clock_timestamp()`,
      })
      .returning(resourceColumns);
    if (!made) throw new Error("an insert answered no row");
    await recordChange(tx, scope, "created", made, origin);
    return made;
  });
}

async function lockResource(tx: Db, scope: ResourceScope, id: string): Promise<Resource> {
  if (!isId("resource", id)) throw new AppError("NOT_FOUND");
  const [row] = await tx
    .select(resourceColumns)
    .from(resources)
    .where(and(ownResources(scope), eq(resources.id, id)))
    .for("update");
  if (!row) throw new AppError("NOT_FOUND");
  return row;
}

/**
 * Changes the given fields of a resource; with none given it stays as it is. Of changes that were meant
 * for the same version the first holds. Throws NOT_FOUND, and what `check` throws.
 */
export async function updateResource(
  db: Db,
  scope: ResourceScope,
  id: string,
  change: ResourceUpdate,
  check: VersionCheck,
  origin: RequestOrigin,
): Promise<Resource> {
  return db.transaction(async (tx) => {
    const current = await lockResource(tx, scope, id);
    check(current.version);
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    if (given.length === 0) return current;
    const [changed] = await tx
      .update(resources)
      .set({
        ...Object.fromEntries(given),
        version: current.version + 1,
        updatedAt: sql`clock_timestamp()`,
      })
      .where(and(ownResources(scope), eq(resources.id, id)))
      .returning(resourceColumns);
    if (!changed) throw new Error("a locked row is gone");
    await recordChange(tx, scope, "updated", changed, origin);
    return changed;
  });
}

/** Deletes a resource. Throws NOT_FOUND, and what `check` throws. */
export async function deleteResource(
  db: Db,
  scope: ResourceScope,
  id: string,
  check: VersionCheck,
  origin: RequestOrigin,
): Promise<void> {
  await db.transaction(async (tx) => {
    const current = await lockResource(tx, scope, id);
    check(current.version);
    await tx.delete(resources).where(and(ownResources(scope), eq(resources.id, id)));
    await recordChange(tx, scope, "deleted", current, origin);
  });
}
