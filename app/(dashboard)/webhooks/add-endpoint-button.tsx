"use client";

import type { ReactNode } from "react";
import { openCreateDialog } from "@/app/(dashboard)/keys/create-address";
import { Button } from "@/components/button";

/** Opens the dialog that adds an endpoint. */
export function AddEndpointButton({ kbd, children }: { kbd?: string; children: ReactNode }) {
  return (
    <Button
      variant="primary"
      onClick={openCreateDialog}
      data-focus-fallback
      {...(kbd ? { kbd } : {})}
    >
      {children}
    </Button>
  );
}
