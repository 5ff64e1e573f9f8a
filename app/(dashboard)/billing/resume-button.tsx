"use client";

import { useTransition } from "react";
import { resumeAutoTopUpAction } from "@/app/(dashboard)/billing/actions";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";

/** Lets automatic top-ups charge again. */
export function ResumeButton({ label }: { label: string }) {
  const [isPending, startTransition] = useTransition();

  function resume() {
    startTransition(async () => {
      const result = await resumeAutoTopUpAction({}).catch(unreachable);
      if (result.ok) toast.success("Automatic top-up is on again");
      else toast.error(result.error.message);
    });
  }

  return (
    <Button size="sm" loading={isPending} onClick={resume}>
      {label}
    </Button>
  );
}
