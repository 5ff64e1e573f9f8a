import type { ReactNode } from "react";

export interface SettingRowProps {
  label: string;
  /** What it means, in a few words. */
  hint?: string;
  /** The button that changes it. */
  action?: ReactNode;
  /** The value, in words where there is none. */
  children: ReactNode;
}

/** The rows of a section, parted by hairlines. */
export function SettingRows({ children }: { children: ReactNode }) {
  return <dl className="divide-y divide-line">{children}</dl>;
}

/** One setting: what it is called, how it stands, and the way to change it. */
export function SettingRow({ label, hint, action, children }: SettingRowProps) {
  return (
    <div className="grid grid-cols-[1fr_auto] items-start gap-x-4 gap-y-1.5 px-4 py-3.5 text-sm md:grid-cols-[13rem_1fr_auto]">
      <dt className="min-w-0">
        <span className="font-medium">{label}</span>
        {hint ? <span className="block text-xs text-fg-3">{hint}</span> : null}
      </dt>
      {/* On a phone the button stands beside the name, and the value below both. */}
      <dd className="order-last min-w-0 max-md:col-span-2 md:order-none">{children}</dd>
      {action ? <dd className="-my-1">{action}</dd> : null}
    </div>
  );
}

/** A value that isn't set, in quieter words. */
export function Unset({ children }: { children: ReactNode }) {
  return <span className="text-fg-2">{children}</span>;
}
