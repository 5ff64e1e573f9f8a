"use client";

import { type ReactNode, useState } from "react";
import { Button } from "@/components/button";

/** A quiet button that opens a dialog; named after what it changes: "Change expiry". */
export function EditButton({
  label,
  children,
}: {
  label: string;
  children: (close: () => void) => ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" aria-label={label} onClick={() => setOpen(true)}>
        Edit
      </Button>
      {isOpen ? children(() => setOpen(false)) : null}
    </>
  );
}
