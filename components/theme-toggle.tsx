"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { Button } from "@/components/button";
import { DropdownMenu, DropdownMenuChoice } from "@/components/dropdown-menu";
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

/** A button with its own menu, for pages without the shell. The icon follows the theme by CSS. */
export function ThemeToggle() {
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" iconOnly aria-label="Theme">
          <Sun aria-hidden className="dark:hidden" />
          <Moon aria-hidden className="hidden dark:block" />
        </Button>
      }
    >
      <ThemeChoice />
    </DropdownMenu>
  );
}
