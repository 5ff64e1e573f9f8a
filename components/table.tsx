import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";

export interface TableProps {
  /** What the rows are; read to assistive technology, not shown. */
  caption: string;
  /** A footer inside the frame, such as paging or "view as chart". */
  footer?: ReactNode;
  /** False leaves out the frame, for a table inside a section that has one. */
  framed?: boolean;
  /** For a table that may be wider than the page: it takes focus, so that arrow keys scroll it. */
  scrollable?: boolean;
  children: ReactNode;
}

/**
 * A table of rows on a screen, a list of small cards on a phone. Give each `Td` the `label` of its
 * column, mark the row's name with `cell="title"` and its menu with `cell="actions"`.
 */
export function Table({ caption, footer, framed = true, scrollable, children }: TableProps) {
  return (
    <div className={clsx(framed && "overflow-hidden rounded-lg border border-line")}>
      <div
        className="relative overflow-x-auto focus-visible:outline-offset-[-2px]"
        {...(scrollable ? { role: "region", "aria-label": caption, tabIndex: 0 } : {})}
      >
        <table
          className={clsx(
            "stack-table w-full border-collapse text-sm",
            // In line with the heading of the section around it.
            !framed &&
              "md:[&_:is(td,th):first-child]:pl-4 md:[&_:is(td,th):last-child]:pr-4 max-md:[&_:is(tbody,tfoot)>tr]:px-4!",
          )}
        >
          <caption className="sr-only">{caption}</caption>
          {children}
        </table>
      </div>
      {footer ? (
        <div
          className={clsx(
            "flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-2.5 text-sm text-fg-2",
            framed ? "px-3.5" : "px-4",
          )}
        >
          {footer}
        </div>
      ) : null}
    </div>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead className="border-b border-line bg-panel">
      <tr>{children}</tr>
    </thead>
  );
}

export function TableBody({ className, ...props }: ComponentProps<"tbody">) {
  return <tbody {...props} className={clsx("divide-y divide-line", className)} />;
}

/** Totals under the rows. */
export function TableFoot({ className, ...props }: ComponentProps<"tfoot">) {
  return (
    <tfoot {...props} className={clsx("border-t border-line bg-panel font-medium", className)} />
  );
}

export function Tr({ className, ...props }: ComponentProps<"tr">) {
  return <tr {...props} className={clsx("transition-colors hover:bg-panel", className)} />;
}

export interface ThProps extends Omit<ComponentProps<"th">, "align"> {
  align?: "left" | "right";
  /** The name of a column without a visible heading, such as the menus. */
  hiddenLabel?: string;
  sort?: "ascending" | "descending" | "none";
}

export function Th({ align = "left", hiddenLabel, sort, className, children, ...props }: ThProps) {
  return (
    <th
      scope="col"
      {...props}
      aria-sort={sort}
      className={clsx(
        "h-8.5 px-3.5 text-xs font-medium whitespace-nowrap text-fg-3",
        align === "right" ? "text-right" : "text-left",
        className,
      )}
    >
      {hiddenLabel ? <span className="sr-only">{hiddenLabel}</span> : children}
    </th>
  );
}

export interface TdProps extends Omit<ComponentProps<"td">, "align"> {
  /** The column's name, shown before the value on phones. */
  label?: string;
  /**
   * `title` names the row and heads its card; `actions` sits in the card's corner; `wide` takes the
   * card's whole width, for a chart or a long text.
   */
  cell?: "title" | "actions" | "wide";
  align?: "left" | "right";
  /** For keys, ids and money. */
  mono?: boolean;
}

export function Td({ label, cell, align = "left", mono, className, ...props }: TdProps) {
  return (
    <td
      {...props}
      data-label={label}
      data-cell={cell}
      className={clsx(
        "h-13 px-3.5 align-middle tabular-nums",
        align === "right" ? "text-right" : "text-left",
        mono && "font-mono text-[0.78125rem] tracking-[-0.01em]",
        cell === "actions" && "w-px",
        cell === "title" && "min-w-40",
        className,
      )}
    />
  );
}

/** Two lines in a cell: what it is, and a quieter word about it. */
export function CellText({ title, detail }: { title: ReactNode; detail?: ReactNode }) {
  return (
    <span className="block min-w-0">
      <span className="block min-w-0 wrap-anywhere text-[0.84375rem] font-medium">{title}</span>
      {detail ? <span className="block text-xs text-fg-3">{detail}</span> : null}
    </span>
  );
}
