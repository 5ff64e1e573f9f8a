"use client";

import { usePathname } from "next/navigation";
import { useLayoutEffect } from "react";

/** Runs at the end of the page, before it is drawn: the same as below for the first page of a visit. */
export const originScript =
  'document.querySelectorAll("[data-api-origin]").forEach(e=>{e.textContent=location.origin})';

/**
 * The API answers on the host that the reader is on, whatever its name and port: each page that arrives
 * later gets it filled in here. Not needed where a deployment names the API's own host.
 */
export function FillApiOrigin() {
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has other places to fill.
  useLayoutEffect(() => {
    for (const element of document.querySelectorAll("[data-api-origin]")) {
      element.textContent = window.location.origin;
    }
  }, [pathname]);
  return null;
}
