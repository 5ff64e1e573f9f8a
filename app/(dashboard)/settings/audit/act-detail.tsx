import type { ReactNode } from "react";

/** One thing that was written down of an act. */
export function ActDetail({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{label}</dt>
      <dd className="min-w-0 wrap-anywhere max-md:mb-1">{children}</dd>
    </>
  );
}
