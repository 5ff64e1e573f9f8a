import type { ReactNode } from "react";

/** Something that stands here but isn't changed here. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <dl className="grid gap-1 text-sm">
      <dt className="font-medium">{label}</dt>
      <dd className="min-w-0 text-base break-words">{children}</dd>
    </dl>
  );
}
