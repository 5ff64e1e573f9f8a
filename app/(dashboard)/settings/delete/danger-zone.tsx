"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/button";
import { Section } from "@/components/section";

const DeleteDialog = dynamic(() =>
  import("@/app/(dashboard)/settings/delete/delete-dialog").then((file) => file.DeleteDialog),
);

/** A workspace that ends with the account, because nobody else is in it. */
export interface EndingWorkspace {
  name: string;
  /** `$12.34`, where something is left. */
  moneyLeft: string | null;
}

export interface DangerZoneProps {
  email: string;
  endings: readonly EndingWorkspace[];
  supportEmail: string;
}

/** The way out, with what it does before anybody presses it. */
export function DangerZone(props: DangerZoneProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section flush title="Danger zone" className="border-red/30">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3.5">
        <div className="min-w-0 flex-1 basis-64 text-sm">
          <p className="font-medium">Delete your account</p>
          <p className="text-fg-2">
            {props.endings.length === 0
              ? "You leave your workspaces, and your name and address are erased. This can’t be undone."
              : "Your keys stop working at once, and workspaces that nobody else is in go with the account. This can’t be undone."}
          </p>
        </div>
        <Button variant="danger" onClick={() => setOpen(true)}>
          Delete account
        </Button>
      </div>
      {isOpen ? <DeleteDialog {...props} onClose={() => setOpen(false)} /> : null}
    </Section>
  );
}
