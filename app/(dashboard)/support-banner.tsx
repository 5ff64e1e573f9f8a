import { Eye } from "lucide-react";
import { LeaveView } from "@/app/(dashboard)/leave-view";

export interface SupportBannerProps {
  workspace: { id: string; name: string };
  /** When the look ends by itself, as ISO text. */
  expiresAt: string;
}

/** Says, on every page, whose dashboard this is and that it is only looked at; and the way out. */
export function SupportBanner({ workspace, expiresAt }: SupportBannerProps) {
  return (
    <section
      aria-label="Support view"
      className="sticky top-2 z-30 mb-5 flex min-h-12 flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-fg px-3.5 py-2.5 text-sm text-bg max-md:top-15"
    >
      <p className="flex min-w-0 flex-1 basis-60 items-start gap-2.5">
        <Eye aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 wrap-anywhere">
          You are looking at <strong className="font-semibold">{workspace.name}</strong> as support,
          read-only.
        </span>
      </p>
      <LeaveView back={`/admin/accounts/${workspace.id}`} expiresAt={expiresAt} />
    </section>
  );
}
