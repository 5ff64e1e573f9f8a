import { Moon, Sun } from "lucide-react";
import { buttonClass } from "@/components/button-class";

/** Changes between light and dark. The icon follows the theme by CSS; pressing it is the islands' part. */
export function ThemeButton() {
  return (
    <button
      type="button"
      data-theme-button
      aria-label="Change between light and dark"
      className={buttonClass({ variant: "ghost", iconOnly: true })}
    >
      <Sun aria-hidden className="dark:hidden" />
      <Moon aria-hidden className="hidden dark:block" />
    </button>
  );
}
