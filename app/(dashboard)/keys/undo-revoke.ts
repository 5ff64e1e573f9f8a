import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { undoRevokeAction } from "@/app/(dashboard)/keys/actions";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { toast } from "@/components/toast";

/** Brings a revoked key back, and says how that went. */
export async function undoRevoke({ id, masked }: Pick<ActedKey, "id" | "masked">): Promise<void> {
  const result = await undoRevokeAction({ id }).catch(unreachable);
  if (result.ok) toast.success("Revoke undone", { description: `${masked} works again.` });
  else toast.error("The key stays revoked", { description: result.error.message });
}
