"use client";

import { useTransition } from "react";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { undoRevoke } from "@/app/(dashboard)/keys/undo-revoke";
import { exactTimeText } from "@/components/relative-time-text";

/** Beside a revoked key while there is a way back: a toast is gone before many have thought again. */
export function UndoButton({ apiKey }: { apiKey: ActedKey }) {
  const [isPending, startTransition] = useTransition();
  const { name, undoUntil } = apiKey;
  return (
    <button
      type="button"
      aria-label={`Undo the revoke of ${name}`}
      aria-disabled={isPending}
      title={undoUntil ? `Possible until ${exactTimeText(new Date(undoUntil))}` : undefined}
      onClick={() => {
        if (!isPending) startTransition(() => undoRevoke(apiKey));
      }}
      className="rounded-sm text-xs font-medium text-accent underline-offset-2 hover:underline aria-disabled:opacity-50"
    >
      {isPending ? "Undoing…" : "Undo"}
    </button>
  );
}
