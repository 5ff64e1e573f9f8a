"use client";

import { clsx } from "clsx";
import { AlertDialog as Primitive } from "radix-ui";
import { type FormEvent, type ReactNode, useState, useTransition } from "react";
import { Button } from "@/components/button";
import {
  dialogCenterClass,
  dialogClass,
  dialogTitleClass,
  veilClass,
} from "@/components/dialog-class";
import { Field } from "@/components/field";
import { useFocusReturn } from "@/components/focus-return";
import { Input } from "@/components/input";

export interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Names the thing: "Revoke Production?" */
  title: string;
  /** What will break, with figures where there are some. */
  children: ReactNode;
  /** The act, as a verb: "Revoke key". */
  confirmLabel: string;
  cancelLabel?: string;
  /** The name to be typed before the button works. Omit it for acts that can be undone. */
  typeToConfirm?: string;
  /** Where it can't be done as things are; the children say why. */
  impossible?: boolean;
  /** What the field asks for, where it is something else than a name. */
  typeLabel?: string | undefined;
  tone?: "danger" | "primary";
  /** What the last attempt answered: a callout. */
  failure?: ReactNode;
  /** Close the dialog yourself when it succeeds; the button is busy until the promise settles. */
  onConfirm: () => void | Promise<void>;
}

/** What `ConfirmDialog` fetches when it is first opened. */
export default function ConfirmDialogPanel(props: ConfirmDialogProps) {
  const focusReturn = useFocusReturn();
  return (
    <Primitive.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={veilClass} />
        <Primitive.Content
          {...focusReturn}
          onOpenAutoFocus={(event) => {
            focusReturn.onOpenAutoFocus();
            focusField(event);
          }}
          className={clsx(dialogClass, dialogCenterClass, "max-w-[460px]")}
        >
          <ConfirmForm {...props} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

/** Where a name must be typed, that is the first thing to do; otherwise Cancel is the safe start. */
function focusField(event: Event) {
  const field = event.target instanceof Element ? event.target.querySelector("input") : null;
  if (!field) return;
  event.preventDefault();
  field.focus();
}

/** Lives only while the dialog is open, so that what was typed is forgotten when it closes. */
function ConfirmForm(props: ConfirmDialogProps) {
  const { title, children, confirmLabel, cancelLabel = "Cancel", typeToConfirm, failure } = props;
  const { typeLabel = `Type ${typeToConfirm} to confirm` } = props;
  const [typed, setTyped] = useState("");
  const [isPending, startTransition] = useTransition();
  const isTyped = typeToConfirm === undefined || typed.trim() === typeToConfirm;
  const isReady = isTyped && !props.impossible;

  function confirm(event: FormEvent) {
    event.preventDefault();
    if (!isReady || isPending) return;
    startTransition(async () => {
      await props.onConfirm();
    });
  }

  return (
    <form onSubmit={confirm}>
      <Primitive.Title title={title} className={clsx(dialogTitleClass, "line-clamp-2")}>
        {title}
      </Primitive.Title>
      <Primitive.Description asChild>
        <div className="mt-2 grid gap-2 text-fg-2">{children}</div>
      </Primitive.Description>
      {typeToConfirm === undefined ? null : (
        <Field label={typeLabel} className="mt-5 wrap-anywhere">
          {(control) => (
            <Input
              {...control}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
          )}
        </Field>
      )}
      {failure ? <div className="mt-4">{failure}</div> : null}
      <div className="mt-6 flex justify-end gap-2">
        <Primitive.Cancel asChild>
          <Button disabled={isPending}>{cancelLabel}</Button>
        </Primitive.Cancel>
        <Button
          type="submit"
          variant={props.tone ?? "danger"}
          disabled={!isReady}
          loading={isPending}
        >
          {confirmLabel}
        </Button>
      </div>
    </form>
  );
}
