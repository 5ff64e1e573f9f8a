"use client";

import { useEffect } from "react";
import { Toaster as Primitive, toast } from "sonner";
import { useTheme } from "@/components/use-theme";

export type Toasts = typeof toast;

export interface ToastPanelProps {
  /** Told the real toasts when there is a place where they show. */
  onReady: (toasts: Toasts) => void;
}

/** What the first toast fetches. */
export default function ToastPanel({ onReady }: ToastPanelProps) {
  return (
    <>
      <Panel />
      <Ready onReady={onReady} />
    </>
  );
}

/** Comes after the panel, whose effect listens by the time that this one runs. */
function Ready({ onReady }: ToastPanelProps) {
  useEffect(() => onReady(toast), [onReady]);
  return null;
}

function Panel() {
  const { resolvedTheme } = useTheme();
  return (
    <Primitive
      theme={resolvedTheme}
      position="bottom-right"
      gap={8}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-center font-sans gap-2.5 rounded-lg border border-line-strong bg-raised px-3.5 py-3 text-sm text-fg shadow-float",
          content: "min-w-0 flex-1",
          title: "font-medium",
          description: "text-fg-2",
          icon: "shrink-0 [&_svg]:size-4",
          success: "[&_[data-icon]]:text-green",
          error: "[&_[data-icon]]:text-red",
          warning: "[&_[data-icon]]:text-amber",
          actionButton:
            "h-7 shrink-0 rounded-md border border-line-strong px-2.5 text-xs font-medium hover:bg-hover",
          closeButton: "text-fg-3 hover:text-fg",
        },
      }}
    />
  );
}
