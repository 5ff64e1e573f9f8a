import { startTransition } from "react";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { disableKeyAction, enableKeyAction } from "@/app/(dashboard)/keys/actions";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { toast } from "@/components/toast";

type SwitchedKey = Pick<ActedKey, "id" | "masked">;

/** Turns a key off until somebody turns it on again, and offers that at once. */
export async function disableKey(key: SwitchedKey): Promise<void> {
  const result = await disableKeyAction({ id: key.id }).catch(unreachable);
  if (!result.ok) {
    toast.error("The key wasn’t disabled", { description: result.error.message });
    return;
  }
  toast.success("Key disabled", {
    description: `Requests with ${key.masked} are refused until it is enabled.`,
    action: { label: "Enable", onClick: () => startTransition(() => enableKey(key)) },
  });
}

export async function enableKey({ id, masked }: SwitchedKey): Promise<void> {
  const result = await enableKeyAction({ id }).catch(unreachable);
  if (result.ok) toast.success("Key enabled", { description: `${masked} works again.` });
  else toast.error("The key stays disabled", { description: result.error.message });
}
