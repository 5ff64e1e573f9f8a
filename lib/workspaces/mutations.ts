import type { Db } from "@/db/client";
import { budgets } from "@/db/schema/budgets";
import { members, workspaces } from "@/db/schema/workspaces";
import { newId } from "@/lib/id";

/**
 * Opens a workspace with `ownerId` as its owner, its balance at zero and its hourly rate uncounted.
 * Call it inside the transaction that makes the user. Answers the workspace's id.
 */
export async function createWorkspace(
  tx: Db,
  input: { name: string; ownerId: string },
): Promise<string> {
  const id = newId("workspace");
  await tx.insert(workspaces).values({ id, name: input.name });
  await tx.insert(members).values({ workspaceId: id, userId: input.ownerId, role: "owner" });
  await tx.insert(budgets).values([
    {
      id: newId("budget"),
      workspaceId: id,
      kind: "balance",
      unit: "nanos",
      interval: "total",
      limit: 0n,
    },
    {
      id: newId("budget"),
      workspaceId: id,
      kind: "rate",
      unit: "requests",
      interval: "hour",
      limit: 0n,
    },
  ]);
  return id;
}
