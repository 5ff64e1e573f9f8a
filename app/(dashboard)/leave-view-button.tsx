"use client";

import { useEffect, useTransition } from "react";
import { leaveSupportViewAction } from "@/app/(admin)/admin/accounts/actions";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";

export interface LeaveViewProps {
  /** Where the look began. */
  back: string;
  /** When it ends by itself, as ISO text. */
  expiresAt: string;
}

/** The way out of a look at somebody's dashboard. */
export default function LeaveViewButton({ back, expiresAt }: LeaveViewProps) {
  const [isPending, startTransition] = useTransition();

  // When the hour is over the pages are the operator's own again: nothing of the other's may stay in sight.
  useEffect(() => {
    const leftMs = Math.max(0, new Date(expiresAt).getTime() - Date.now());
    const timer = setTimeout(() => window.location.assign(back), leftMs);
    return () => clearTimeout(timer);
  }, [expiresAt, back]);

  function leave() {
    startTransition(async () => {
      const result = await leaveSupportViewAction().catch(unreachable);
      if (!result.ok) return void toast.error(result.error.message);
      window.location.assign(back);
    });
  }

  return (
    <Button size="sm" loading={isPending} onClick={leave}>
      Leave
    </Button>
  );
}
