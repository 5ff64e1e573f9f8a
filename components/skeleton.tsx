import { clsx } from "clsx";

/**
 * A grey stand-in of the size that `className` gives it. It starts to move only when what it stands for takes
 * long: each frame of it is the browser's work, which would be taken from what comes.
 */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      data-skeleton
      className={clsx(
        "block animate-pulse rounded-md bg-selected [animation-delay:700ms]",
        className,
      )}
    />
  );
}

/** The shape of a framed table with its head, while the rows are on their way. */
export function TableSkeleton({ rows = 5, columns = 4 }: { rows?: number; columns?: number }) {
  return (
    <div role="status" className="overflow-hidden rounded-lg border border-line">
      <span className="sr-only">Loading…</span>
      <div className="h-8.5 border-b border-line bg-panel" />
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((row) => (
        <div
          key={row}
          className="flex h-13 items-center gap-6 border-b border-line px-3.5 last:border-0"
        >
          {Array.from({ length: columns }, (_, column) => `column-${column}`).map((column) => (
            <Skeleton
              key={column}
              className={clsx("h-3 flex-1", column === "column-0" ? "max-w-48" : "max-w-24")}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** The shape of a page header, so that the page doesn't jump when it arrives. */
export function PageHeaderSkeleton() {
  return (
    <div aria-hidden className="mb-5 grid gap-2">
      <Skeleton className="h-7 w-40" />
      <Skeleton className="h-4 w-72 max-w-full" />
    </div>
  );
}
