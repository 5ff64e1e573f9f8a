import { clsx } from "clsx";
import type { ReactNode } from "react";

export interface EmptyStateProps {
  /** A lucide icon element. */
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  /** The page's own primary action, or "Clear filters" where a filter left nothing. */
  action?: ReactNode;
  /** Without its own frame, inside a table's or section's. */
  bare?: boolean;
}

/** Nothing here yet: what would be here, and the next step. */
export function EmptyState({ icon, title, children, action, bare }: EmptyStateProps) {
  return (
    <div
      className={clsx(
        "flex flex-col items-center px-6 py-14 text-center",
        !bare && "rounded-lg border border-line",
      )}
    >
      {icon ? (
        <div
          aria-hidden
          className="mb-4 grid size-9 place-items-center rounded-lg border border-line-strong bg-panel text-fg-2 [&_svg]:size-4.5"
        >
          {icon}
        </div>
      ) : null}
      <h2 className="text-md font-medium">{title}</h2>
      {children ? <div className="mt-1 max-w-sm text-balance text-fg-2">{children}</div> : null}
      {action ? <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
