"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/button";
import { Section } from "@/components/section";

const DeleteWorkspaceDialog = dynamic(() =>
  import("@/app/(dashboard)/settings/workspace/delete-dialog").then(
    (file) => file.DeleteWorkspaceDialog,
  ),
);

export interface DeleteWorkspaceProps {
  name: string;
  /** `$12.34`, where something is left. */
  moneyLeft: string | null;
  supportEmail: string;
}

/** The end of a workspace, for who owns it. */
export function WorkspaceDangerZone(props: DeleteWorkspaceProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section flush title="Danger zone" className="border-red/30">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3.5">
        <div className="min-w-0 flex-1 basis-64 text-sm">
          <p className="font-medium">Delete this workspace</p>
          <p className="text-fg-2">
            Its keys stop working at once, and nobody can open it any more. This can’t be undone.
          </p>
        </div>
        <Button variant="danger" onClick={() => setOpen(true)}>
          Delete workspace
        </Button>
      </div>
      {isOpen ? <DeleteWorkspaceDialog {...props} onClose={() => setOpen(false)} /> : null}
    </Section>
  );
}
