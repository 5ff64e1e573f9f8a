"use client";

import { type FormEvent, useState, useTransition } from "react";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { disableSecondFactorAction } from "@/app/(dashboard)/settings/security-actions";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { Dialog, DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { toast } from "@/components/toast";
import type { ActionError } from "@/lib/result";

export function DisableDialog({ onClose }: { onClose: () => void }) {
  const [code, setCode] = useState("");
  const [error, setError] = useState<ActionError | null>(null);
  const [isPending, startTransition] = useTransition();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function disable(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    startTransition(async () => {
      const result = await withRecentSignIn(() => disableSecondFactorAction({ code }));
      if (!result.ok) return setError(result.error);
      toast.success("Two-factor authentication is off");
      onClose();
    });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="sm"
      title="Turn off two-factor authentication"
      description="Signing in will ask for your password alone. Your recovery codes stop working."
    >
      <form onSubmit={disable} noValidate className="grid gap-4">
        {error && !error.fields ? <Callout tone="red">{error.message}</Callout> : null}
        <Field label="Code" hint="From your app, or a recovery code." error={error?.fields?.code}>
          {(control) => (
            <Input
              {...control}
              mono
              value={code}
              onChange={(event) => setCode(event.target.value)}
              autoComplete="one-time-code"
              autoCapitalize="none"
              maxLength={16}
            />
          )}
        </Field>
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" loading={isPending} disabled={code === ""}>
            Turn off
          </Button>
        </DialogFooter>
      </form>
      {proofDialog}
    </Dialog>
  );
}
