"use client";

import { Eye } from "lucide-react";
import { useEffect, useTransition } from "react";
import { leaveSupportViewAction } from "@/app/(admin)/admin/accounts/actions";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";

export interface SupportBannerProps {
  workspace: { id: string; name: string };
  /** When the look ends by itself, as ISO text. */
  expiresAt: string;
}

/** Says, on every page, whose dashboard this is and that it is only looked at; and the way out. */
export function SupportBanner({ workspace, expiresAt }: SupportBannerProps) {
  const [isPending, startTransition] = useTransition();
  const back = `/admin/accounts/${workspace.id}`;

  // When the hour is over the pages are the operator's own again: nothing of the other's may stay in sight.
  useEffect(() => {
    const leftMs = Math.max(0, new Date(expiresAt).getTime() - Date.now());
    const timer = setTimeout(() => window.location.assign(back), leftMs);
    return () => clearTimeout(timer);
  }, [expiresAt, back]);

  function leave() {
    startTransition(async () => {
      const result = await leaveSupportViewAction().catch(unreachable);
      if (!result.ok) return void toast.error(result.error.message);
      window.location.assign(back);
    });
  }

  return (
    <section
      aria-label="Support view"
      className="sticky top-2 z-30 mb-5 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg bg-fg px-3.5 py-2.5 text-sm text-bg max-md:top-15"
    >
      <p className="flex min-w-0 flex-1 basis-60 items-start gap-2.5">
        <Eye aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 wrap-anywhere">
          You are looking at <strong className="font-semibold">{workspace.name}</strong> as support,
          read-only.
        </span>
      </p>
      <Button size="sm" loading={isPending} onClick={leave}>
        Leave
      </Button>
    </section>
  );
}
