"use client";

import { Dialog } from "@/components/dialog";
import { Kbd } from "@/components/kbd";
import { navItems } from "@/components/shell/nav-items";

interface Shortcut {
  keys: string;
  does: string;
}

export interface ShortcutSheetProps {
  commandKey: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Every key that does something, and where. */
export default function ShortcutSheet({ commandKey, open, onOpenChange }: ShortcutSheetProps) {
  const groups: { title: string; shortcuts: Shortcut[] }[] = [
    {
      title: "Everywhere",
      shortcuts: [
        { keys: commandKey, does: "Search or jump to" },
        { keys: "?", does: "Show this list" },
        { keys: "Esc", does: "Close what is open" },
      ],
    },
    {
      title: "On API keys",
      shortcuts: [
        { keys: "c", does: "Create key" },
        { keys: "/", does: "Search keys" },
      ],
    },
    {
      title: "On Webhooks",
      shortcuts: [{ keys: "c", does: "Add endpoint" }],
    },
    {
      title: "Go to",
      shortcuts: navItems.map(({ shortcut, label }) => ({ keys: shortcut, does: label })),
    },
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" anchor="top">
      <div className="-mb-6 gap-x-8 sm:columns-2">
        {groups.map((group) => (
          <section key={group.title} className="mb-6 break-inside-avoid">
            <h3 className="mb-2 text-xs font-medium text-fg-3">{group.title}</h3>
            <dl className="grid gap-1">
              {group.shortcuts.map(({ keys, does }) => (
                <div key={keys} className="flex h-7 items-center justify-between gap-4">
                  <dt className="text-sm text-fg-2">{does}</dt>
                  <dd className="flex gap-1">
                    {keys.split(" ").map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
