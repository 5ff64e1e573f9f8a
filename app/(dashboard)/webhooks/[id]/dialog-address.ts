"use client";

import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";

const dialogs = ["edit", "roll", "end-old", "disable", "resend", "delete"] as const;
export type EndpointDialog = (typeof dialogs)[number];

/** The dialog of an endpoint's page that the address opens, and the way to open another or none. */
export function useEndpointDialog(): [
  EndpointDialog | null,
  (dialog: EndpointDialog | null) => void,
] {
  return useAddressDialog(dialogs);
}
