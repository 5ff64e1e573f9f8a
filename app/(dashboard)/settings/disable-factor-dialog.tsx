"use client";

import { disableSecondFactorAction } from "@/app/(dashboard)/settings/security-actions";
import { useCodeForm } from "@/app/(dashboard)/settings/use-code-form";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { Dialog, DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { toast } from "@/components/toast";

export function DisableDialog({ onClose }: { onClose: () => void }) {
  const form = useCodeForm(disableSecondFactorAction, () => {
    toast.success("Two-factor authentication is off");
    onClose();
  });
  const { error } = form;

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="sm"
      title="Turn off two-factor authentication"
      description="Signing in will ask only for your password. Your recovery codes stop working."
    >
      <form {...form.formProps} className="grid gap-4">
        {error && !error.fields ? <Callout tone="red">{error.message}</Callout> : null}
        <Field label="Code" hint="From your app, or a recovery code." error={error?.fields?.code}>
          {(control) => (
            <Input {...control} {...form.codeProps} autoCapitalize="none" maxLength={16} />
          )}
        </Field>
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button {...form.submitProps} variant="danger">
            Turn off
          </Button>
        </DialogFooter>
      </form>
      {form.proofDialog}
    </Dialog>
  );
}
