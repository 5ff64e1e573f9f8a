"use client";

import { useTransition } from "react";
import { resendVerificationAction } from "@/app/(dashboard)/settings/security-actions";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";

/** Has the link that confirms the address mailed again. */
export function ResendButton() {
  const [isPending, startTransition] = useTransition();

  function resend() {
    startTransition(async () => {
      const result = await resendVerificationAction();
      if (result.ok) toast.success("Check your inbox for the link");
      else toast.error(result.error.message);
    });
  }

  return (
    <Button size="sm" onClick={resend} loading={isPending}>
      Send the link again
    </Button>
  );
}
