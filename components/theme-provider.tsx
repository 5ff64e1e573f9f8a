"use client";

import { ThemeProvider as Primitive } from "next-themes";
import type { ReactNode } from "react";

/** Light or dark by the reader's choice, else by the system's. Set before the first paint. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  return (
    <Primitive
      attribute="class"
      defaultTheme="system"
      enableSystem
      enableColorScheme={false}
      disableTransitionOnChange
    >
      {children}
    </Primitive>
  );
}
