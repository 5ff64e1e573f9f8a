"use client";

import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { Kbd } from "@/components/kbd";
import { lazyPart, useEver } from "@/components/lazy-part";
import type { SignOutAction } from "@/components/shell/account-menu";
import { useShortcut } from "@/components/use-shortcut";

const CommandPanel = lazyPart(() => import("@/app/(dashboard)/command/command-panel"));
const ShortcutSheet = lazyPart(() => import("@/app/(dashboard)/command/shortcut-sheet"));

const never = () => () => undefined;

/** How the reader's keyboard calls the key. */
function useCommandKey(): string {
  return useSyncExternalStore(
    never,
    () => (/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K"),
    () => "Ctrl K",
  );
}

/** ⌘K and Ctrl+K work while something is typed, but not over a dialog that waits for an answer. */
function useCommandShortcut(onPress: () => void): void {
  const press = useEffectEvent(onPress);
  useEffect(() => {
    function listen(event: KeyboardEvent) {
      const isCommand = (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey;
      if (!isCommand || event.key.toLowerCase() !== "k" || event.isComposing) return;
      if (document.querySelector("[role=dialog]:not([data-command]), [role=alertdialog]")) return;
      event.preventDefault();
      press();
    }
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

export interface CommandMenuProps {
  /** What the viewer may do. */
  mayCreateKeys: boolean;
  mayTopUp: boolean;
  mayAddEndpoints: boolean;
  /** The viewer's other workspaces. */
  workspaces: readonly { id: string; name: string }[];
  signOut: SignOutAction;
}

/** The button and the keys that open the command menu, and the sheet of shortcuts behind `?`. */
export function CommandMenu(props: CommandMenuProps) {
  const [opened, setOpened] = useState<"menu" | "sheet" | null>(null);
  const isMenuWanted = useEver(opened === "menu");
  const isSheetWanted = useEver(opened === "sheet");
  const commandKey = useCommandKey();
  useCommandShortcut(() => setOpened((now) => (now === "menu" ? null : "menu")));
  useShortcut("?", () => setOpened("sheet"));
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts="Meta+K Control+K"
        onClick={() => setOpened("menu")}
        className="mb-2 flex h-8 w-full items-center gap-2.25 rounded-md border border-line-strong bg-raised px-2 text-sm text-fg-3 transition-colors duration-100 hover:border-line-control hover:text-fg-2 max-md:h-10"
      >
        <Search aria-hidden className="size-4 shrink-0" />
        Search or jump to
        <span aria-hidden className="ml-auto pointer-coarse:hidden">
          <Kbd>{commandKey}</Kbd>
        </span>
      </button>
      {isMenuWanted ? (
        <CommandPanel
          {...props}
          open={opened === "menu"}
          onOpenChange={(open) => setOpened(open ? "menu" : null)}
          onShortcuts={() => setOpened("sheet")}
        />
      ) : null}
      {isSheetWanted ? (
        <ShortcutSheet
          commandKey={commandKey}
          open={opened === "sheet"}
          onOpenChange={(open) => setOpened(open ? "sheet" : null)}
        />
      ) : null}
    </>
  );
}
