"use client";

import { useState } from "react";
import { Button } from "@/components/button";
import { lazyPart } from "@/components/lazy-part";

const AlertDialog = lazyPart(() => import("@/app/(dashboard)/billing/alert-dialog"));

export function AlertDialogButton({ alertCents }: { alertCents: number | null }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" aria-label="Edit alert" onClick={() => setOpen(true)}>
        Edit
      </Button>
      {isOpen ? <AlertDialog alertCents={alertCents} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
