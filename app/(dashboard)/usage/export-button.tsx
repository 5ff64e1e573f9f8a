"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { csvAddress } from "@/app/(dashboard)/usage/page-query";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";
import type { UsageQuery } from "@/lib/usage/schema";

const unreachable = "The export didn't arrive. Check your connection and try again.";

/** Downloads the view as CSV. Fetched and not navigated to, so that a refusal is told on the page. */
export function ExportButton({ query }: { query: UsageQuery | null }) {
  const [isBusy, setBusy] = useState(false);

  async function exportAs(asked: UsageQuery) {
    setBusy(true);
    try {
      const { download } = await import("@/app/(dashboard)/usage/download");
      const refusal = await download(csvAddress(asked));
      if (refusal !== null) toast.error(refusal || unreachable);
    } catch {
      toast.error(unreachable);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button
      loading={isBusy}
      disabled={query === null}
      onClick={() => {
        if (query) void exportAs(query);
      }}
    >
      <Download aria-hidden />
      Export CSV
    </Button>
  );
}
