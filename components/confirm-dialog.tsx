"use client";

import type { ConfirmDialogProps } from "@/components/confirm-dialog-panel";
import { lazyPart, useEver } from "@/components/lazy-part";

const ConfirmDialogPanel = lazyPart(() => import("@/components/confirm-dialog-panel"));

/**
 * Asks before something is destroyed. Focus starts on the field to type in, else on Cancel. What makes it a
 * dialog is fetched when it is first opened.
 */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return useEver(props.open) ? <ConfirmDialogPanel {...props} /> : null;
}
