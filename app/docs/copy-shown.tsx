"use client";

import { CopyButton } from "@/components/copy-button";

/** The code beside the button as the reader sees it, the address filled in. */
function shownCode(button: Element): string {
  return button.closest("[data-code]")?.querySelector("code")?.textContent ?? "";
}

/** Copies what stands in the block around it, so that the page needn't carry the code twice. */
export function CopyShown({ label }: { label: string }) {
  return <CopyButton text={shownCode} iconOnly size="sm" label={label} />;
}
