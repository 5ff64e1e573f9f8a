"use client";

import { useTheme } from "next-themes";
import { Toaster as Primitive } from "sonner";

/** Where `toast(…)` of sonner shows. Stands once, in the root layout. */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Primitive
      theme={resolvedTheme === "dark" ? "dark" : "light"}
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
