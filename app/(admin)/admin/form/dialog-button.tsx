"use client";

import type { ComponentProps } from "react";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Button } from "@/components/button";

/** Opens the dialog of this name on its page: the address says which one is open. */
export function DialogButton({
  dialog,
  ...props
}: { dialog: string } & Omit<ComponentProps<typeof Button>, "onClick" | "asChild">) {
  const [, open] = useAddressDialog([dialog]);
  return <Button {...props} onClick={() => open(dialog)} />;
}
