import { clsx } from "clsx";
import { type ReactNode, useId } from "react";

export interface SectionProps {
  title?: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** A quiet row at the foot, inside the frame. */
  footer?: ReactNode;
  /** `flush` leaves out the inner padding, for a table or a list with its own. */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

/** A framed part of a page with its own heading. */
export function Section(props: SectionProps) {
  const { title, description, actions, footer, flush, className, children } = props;
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={clsx("min-w-0 overflow-hidden rounded-lg border border-line", className)}
    >
      {title || actions ? (
        <div
          className={clsx(
            "flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3.5",
            flush && "border-b border-line pb-3.5",
          )}
        >
          <div className="min-w-0">
            {title ? (
              <h2 id={id} className="text-base font-medium">
                {title}
              </h2>
            ) : null}
            {description ? <p className="mt-0.5 text-sm text-fg-2">{description}</p> : null}
          </div>
          {actions ? (
            <div className="flex flex-wrap items-center gap-2 max-md:has-[search]:w-full">
              {actions}
            </div>
          ) : null}
        </div>
      ) : null}
      <div className={clsx(!flush && "p-4")}>{children}</div>
      {footer ? (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line bg-panel px-4 py-3 text-sm text-fg-2">
          {footer}
        </div>
      ) : null}
    </section>
  );
}
