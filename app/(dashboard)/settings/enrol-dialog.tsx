"use client";

import type { QrCode } from "@/app/(dashboard)/settings/qr-code";
import { confirmSecondFactorAction } from "@/app/(dashboard)/settings/security-actions";
import { useCodeForm } from "@/app/(dashboard)/settings/use-code-form";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { CopyButton } from "@/components/copy-button";
import { Dialog, DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

export interface EnrolDialogProps {
  secret: string;
  qr: QrCode;
  onEnrolled: (codes: string[]) => void;
  onClose: () => void;
}

/** Scan, then type the first code: it is on when the code is right. */
export function EnrolDialog({ secret, qr, onEnrolled, onClose }: EnrolDialogProps) {
  const form = useCodeForm(confirmSecondFactorAction, onEnrolled);
  const { error } = form;

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Turn on two-factor authentication"
      description="Scan the QR code with your authenticator app, then enter the code it shows."
      dismissible={false}
    >
      <form {...form.formProps} className="grid gap-5">
        <div className="flex flex-wrap items-center gap-5">
          {/* Cameras want dark on light, whatever the theme. */}
          <svg
            role="img"
            aria-label="QR code for your authenticator app"
            viewBox={`0 0 ${qr.size} ${qr.size}`}
            shapeRendering="crispEdges"
            className="size-44 shrink-0 rounded-md border border-line bg-white"
          >
            <path d={qr.path} fill="#000" />
          </svg>
          <div className="grid min-w-0 flex-1 basis-48 gap-2 text-sm">
            <p className="text-fg-2">No camera? Enter this key in the app:</p>
            <code className="rounded-md border border-line bg-panel px-2.5 py-2 font-mono text-xs break-all">
              {secret.replaceAll(/(.{4})(?=.)/g, "$1 ")}
            </code>
            <CopyButton text={secret} label="Copy key" size="sm" />
          </div>
        </div>
        {error && !error.fields ? <Callout tone="red">{error.message}</Callout> : null}
        <Field label="Code" error={error?.fields?.code} className="max-w-48">
          {(control) => (
            <Input
              {...control}
              {...form.codeProps}
              inputMode="numeric"
              maxLength={7}
              placeholder="123456"
            />
          )}
        </Field>
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button {...form.submitProps} variant="primary">
            Turn on
          </Button>
        </DialogFooter>
      </form>
      {form.proofDialog}
    </Dialog>
  );
}
