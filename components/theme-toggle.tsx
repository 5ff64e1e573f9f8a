"use client";

import { Moon, Sun } from "lucide-react";
import { Button } from "@/components/button";
import { DropdownMenu } from "@/components/dropdown-menu";
import { ThemeChoice } from "@/components/theme-choice";

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
