"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { DropdownMenuChoice } from "@/components/dropdown-menu";
import { useTheme } from "@/components/use-theme";

const themes = [
  { value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
  { value: "system", label: "System", icon: <Monitor aria-hidden /> },
];

/** The three choices, to stand inside any menu. */
export function ThemeChoice() {
  const { theme, setTheme } = useTheme();
  return (
    <DropdownMenuChoice label="Theme" options={themes} value={theme} onValueChange={setTheme} />
  );
}
