"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { cancelTopUpAction } from "@/app/(dashboard)/billing/actions";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";

/** Gives up a payment that was left open. Where it was paid meanwhile, it is credited all the same. */
export function CancelPayment({ topUpId }: { topUpId: string }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();

  function cancel() {
    startTransition(async () => {
      const result = await cancelTopUpAction({ topUpId }).catch(unreachable);
      if (!result.ok) toast.error(result.error.message);
      router.refresh();
    });
  }

  return (
    <Button size="sm" variant="ghost" loading={isPending} onClick={cancel}>
      Cancel payment
    </Button>
  );
}
