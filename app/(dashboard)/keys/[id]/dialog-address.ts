"use client";

import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";

const dialogs = ["rotate", "rename", "disable", "revoke"] as const;
export type PageDialog = (typeof dialogs)[number];

/** The dialog of a key's page that the address opens, and the way to open another or none. */
export function usePageDialog(): [PageDialog | null, (dialog: PageDialog | null) => void] {
  return useAddressDialog(dialogs);
}
