"use client";

import { useSwitch } from "@/app/workspaces/use-switch";
import { Button } from "@/components/button";

export interface OtherWorkspacesProps {
  workspaces: readonly { id: string; name: string }[];
}

/** The workspaces that one is in besides, for who can't stay in this one. */
export function OtherWorkspaces({ workspaces }: OtherWorkspacesProps) {
  const { isPending, switchTo } = useSwitch();
  if (workspaces.length === 0) return null;
  return (
    <section aria-label="Your other workspaces" className="mt-6 grid gap-2">
      {workspaces.map(({ id, name }) => (
        <Button key={id} disabled={isPending} onClick={() => switchTo(id)} className="min-w-0">
          <span className="min-w-0 truncate">Switch to {name}</span>
        </Button>
      ))}
    </section>
  );
}
