"use client";

import { ChevronsUpDown, LogOut, Wrench } from "lucide-react";
import { useRef } from "react";
import {
  DropdownMenu,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
} from "@/components/dropdown-menu";
import { ThemeChoice } from "@/components/theme-choice";

export interface Viewer {
  name: string;
  email: string;
  /** Whether the operator's console is theirs to open. */
  isOperator?: boolean;
}

export type SignOutAction = () => Promise<void>;

/** Who is signed in, the theme, and the way out. */
export function AccountMenu({ viewer, signOut }: { viewer: Viewer; signOut: SignOutAction }) {
  // The form stands outside of the menu: an item that submits and unmounts at once submits nothing.
  const form = useRef<HTMLFormElement>(null);
  return (
    <>
      <form ref={form} action={signOut} />
      <DropdownMenu
        side="top"
        align="start"
        className="w-(--radix-dropdown-menu-trigger-width) min-w-53"
        trigger={
          <button
            type="button"
            aria-label={`Account: ${viewer.email}`}
            className="relative flex w-full items-center gap-2.25 rounded-md px-1.5 py-1.25 text-left text-sm text-fg-2 hover:bg-hover hover:text-fg data-[state=open]:bg-hover"
          >
            <Initial name={viewer.name || viewer.email} />
            <span className="min-w-0 flex-1 truncate">{viewer.email}</span>
            <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-fg-3" />
          </button>
        }
      >
        <div className="px-2 py-1.5">
          <p className="truncate text-sm font-medium">{viewer.name}</p>
          <p className="truncate text-xs text-fg-3">{viewer.email}</p>
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuLabel>Theme</DropdownMenuLabel>
        <ThemeChoice />
        <DropdownMenuSeparator />
        {viewer.isOperator ? (
          <DropdownMenuItem
            icon={<Wrench aria-hidden />}
            // A document of its own: nothing of the dashboard's frame or cache comes along.
            onSelect={() => window.location.assign("/admin")}
          >
            Operator’s console
          </DropdownMenuItem>
        ) : null}
        <DropdownMenuItem
          icon={<LogOut aria-hidden />}
          onSelect={() => form.current?.requestSubmit()}
        >
          Sign out
        </DropdownMenuItem>
      </DropdownMenu>
    </>
  );
}

function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      className="grid size-5.5 shrink-0 place-items-center rounded-full bg-line-strong text-2xs font-medium text-fg uppercase"
    >
      {Array.from(name)[0]}
    </span>
  );
}
