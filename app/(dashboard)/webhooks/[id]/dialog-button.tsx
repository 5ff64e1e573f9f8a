"use client";

import type { ReactNode } from "react";
import {
  type EndpointDialog,
  useEndpointDialog,
} from "@/app/(dashboard)/webhooks/[id]/dialog-address";
import { Button } from "@/components/button";

export interface DialogButtonProps {
  dialog: EndpointDialog;
  /** What it does, where the text alone doesn't say it; the text stands in it. */
  label?: string;
  children: ReactNode;
}

/** Opens one of the page's dialogs, which stand in its header. */
export function DialogButton({ dialog, label, children }: DialogButtonProps) {
  const [, open] = useEndpointDialog();
  return (
    <Button size="sm" aria-label={label} onClick={() => open(dialog)}>
      {children}
    </Button>
  );
}
