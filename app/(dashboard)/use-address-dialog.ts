"use client";

import { useSearchParams } from "next/navigation";

/*
 * Which of a page's dialogs is open stands in the address, such as `?rotate=1`, so that it survives a
 * reload, closes with Back, and can be linked to from a list and from a mail. The native history is
 * enough: nothing needs to be read again.
 */

/** The dialog that the address opens, of these, and the way to open another or none. */
export function useAddressDialog<const Name extends string>(
  dialogs: readonly Name[],
): [Name | null, (dialog: Name | null) => void] {
  const params = useSearchParams();
  const open = dialogs.find((dialog) => params.get(dialog) === "1") ?? null;

  function change(dialog: Name | null) {
    const address = new URL(window.location.href);
    for (const name of dialogs) address.searchParams.delete(name);
    if (dialog === null) return window.history.replaceState(null, "", address);
    address.searchParams.set(dialog, "1");
    window.history.pushState(null, "", address);
  }
  return [open, change];
}
