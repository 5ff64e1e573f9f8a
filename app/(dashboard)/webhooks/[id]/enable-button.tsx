"use client";

import { Power } from "lucide-react";
import { useTransition } from "react";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { updateEndpointAction } from "@/app/(dashboard)/webhooks/actions";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";

/** Has a disabled endpoint get events again. */
export function EnableButton({ id }: { id: string }) {
  const [isEnabling, startEnabling] = useTransition();

  async function enable() {
    const result = await updateEndpointAction({ id, isEnabled: true }).catch(unreachable);
    if (result.ok) {
      toast.success("Endpoint enabled", { description: "It gets what happens from now on." });
    } else {
      toast.error("The endpoint stays disabled", { description: result.error.message });
    }
  }

  return (
    <Button size="sm" loading={isEnabling} onClick={() => startEnabling(enable)}>
      <Power aria-hidden />
      Enable
    </Button>
  );
}
