"use client";

import { useLayoutEffect } from "react";
import { watchTheme } from "@/components/theme";

/** Follows the system's theme and the reader's choice in other tabs. Stands once, in the root layout. */
export function ThemeWatcher() {
  useLayoutEffect(() => watchTheme(), []);
  return null;
}
