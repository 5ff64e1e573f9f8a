"use client";

import { usePathname, useSearchParams } from "next/navigation";

/**
 * A dialog whose being open stands in the address, such as `?add=1`, so that it survives a reload and
 * can be linked to. The page's data doesn't depend on it, so the server needn't be asked.
 */
export function useDialogAddress(name: string): [string | null, (value: string | null) => void] {
  const pathname = usePathname();
  const params = useSearchParams();

  function change(value: string | null) {
    const next = new URLSearchParams(params);
    if (value === null) next.delete(name);
    else next.set(name, value);
    window.history.replaceState(null, "", next.size > 0 ? `${pathname}?${next}` : pathname);
  }
  return [params.get(name), change];
}
