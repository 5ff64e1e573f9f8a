"use client";

import { useSyncExternalStore } from "react";
import { isDark, readTheme, type Theme, watchTheme, writeTheme } from "@/components/theme";

/** What the reader chose, what that means now, and how to choose something else. */
export function useTheme(): {
  theme: Theme;
  resolvedTheme: "light" | "dark";
  setTheme: (theme: string) => void;
} {
  const theme = useSyncExternalStore(watchTheme, readTheme, () => "system" as const);
  const dark = useSyncExternalStore(watchTheme, isDark, () => false);
  return { theme, resolvedTheme: dark ? "dark" : "light", setTheme: writeTheme };
}
