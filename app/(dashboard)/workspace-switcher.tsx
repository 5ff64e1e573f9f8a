"use client";

import { Check, ChevronsUpDown, Plus } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { keepTabsTogether } from "@/app/workspaces/go-to-workspace";
import { useSwitch } from "@/app/workspaces/use-switch";
import {
  DropdownMenu,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
} from "@/components/dropdown-menu";

export interface WorkspaceChoice {
  id: string;
  name: string;
}

export interface WorkspaceSwitcherProps {
  current: WorkspaceChoice;
  workspaces: readonly WorkspaceChoice[];
}

/** The workspace that one is in, and the way to one's others. */
export function WorkspaceSwitcher({ current, workspaces }: WorkspaceSwitcherProps) {
  const router = useRouter();
  const { isPending, switchTo } = useSwitch();
  useEffect(() => keepTabsTogether(current.id), [current.id]);

  return (
    <DropdownMenu
      align="start"
      className="max-h-[min(24rem,70dvh)] max-w-72 min-w-53 overflow-y-auto"
      trigger={
        <button
          type="button"
          title={current.name}
          aria-label={`Workspace: ${current.name}`}
          aria-busy={isPending}
          className="relative -mr-1 ml-auto flex min-w-0 items-center gap-1 rounded-md py-1 pr-1 pl-1.5 text-xs text-fg-2 hover:bg-hover hover:text-fg data-[state=open]:bg-hover max-md:py-2"
        >
          <span className="min-w-0 truncate">{current.name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-fg-3" />
        </button>
      }
    >
      <DropdownMenuLabel>Workspaces</DropdownMenuLabel>
      {workspaces.map(({ id, name }) => (
        <DropdownMenuItem
          key={id}
          aria-current={id === current.id ? "true" : undefined}
          icon={<Check aria-hidden className={id === current.id ? undefined : "invisible"} />}
          onSelect={() => (id === current.id ? undefined : switchTo(id))}
        >
          {name}
        </DropdownMenuItem>
      ))}
      <DropdownMenuSeparator />
      <DropdownMenuItem
        icon={<Plus aria-hidden />}
        onSelect={() => router.push("/workspaces/new" as Route)}
      >
        Create workspace
      </DropdownMenuItem>
    </DropdownMenu>
  );
}
