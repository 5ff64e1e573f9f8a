import { clsx } from "clsx";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

export type CalloutTone = "info" | "green" | "amber" | "red";

const looks: Record<CalloutTone, { className: string; icon: typeof Info }> = {
  info: { className: "bg-panel text-fg-2 border-line", icon: Info },
  green: { className: "bg-green-soft text-green border-green/20", icon: CircleCheck },
  amber: { className: "bg-amber-soft text-amber border-amber/20", icon: TriangleAlert },
  red: { className: "bg-red-soft text-red border-red/20", icon: CircleAlert },
};

export interface CalloutProps {
  tone?: CalloutTone;
  title?: string;
  children?: ReactNode;
  /** A button or link at the right end. */
  action?: ReactNode;
  /** `alert` interrupts, for an error that answers an act; red callouts do by default. */
  role?: "alert" | "status" | "note";
}

/** A notice in place: what is so, and what can be done about it. */
export function Callout({ tone = "info", title, children, action, role }: CalloutProps) {
  const { className, icon: Icon } = looks[tone];
  return (
    <div
      role={role ?? (tone === "red" ? "alert" : "note")}
      className={clsx(
        "flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border px-3.5 py-2.5 text-sm",
        className,
      )}
    >
      <div className="flex min-w-0 flex-1 basis-60 items-start gap-2.5">
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <div className="min-w-0 break-words">
          {title ? (
            <p className={clsx("font-semibold", tone === "info" && "text-fg")}>{title}</p>
          ) : null}
          {children}
        </div>
      </div>
      {action ? <div className="flex flex-wrap gap-2">{action}</div> : null}
    </div>
  );
}
