"use client";

import type { ReactNode } from "react";
import { openCreateDialog } from "@/app/(dashboard)/keys/create-address";
import { Button, type ButtonProps } from "@/components/button";

export interface CreateKeyButtonProps extends Pick<ButtonProps, "variant"> {
  kbd?: string;
  children: ReactNode;
}

/** Opens the dialog that creates a key. */
export function CreateKeyButton(props: CreateKeyButtonProps) {
  const { kbd, variant = "primary", children } = props;
  return (
    <Button
      variant={variant}
      onClick={openCreateDialog}
      data-focus-fallback
      {...(kbd ? { kbd } : {})}
    >
      {children}
    </Button>
  );
}
