"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { readFailure } from "@/app/(dashboard)/read-json";
import { csvAddress } from "@/app/(dashboard)/usage/page-query";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";
import type { UsageQuery } from "@/lib/usage/schema";

const unreachable = "The export didn't arrive. Check your connection and try again.";

/** Downloads the view as CSV. Fetched and not navigated to, so that a refusal is told on the page. */
export function ExportButton({ query }: { query: UsageQuery | null }) {
  const [isBusy, setBusy] = useState(false);

  async function download(asked: UsageQuery) {
    setBusy(true);
    try {
      const response = await fetch(csvAddress(asked));
      if (!response.ok) {
        const refusal = readFailure(await response.json().catch(() => null));
        return void toast.error(refusal?.message ?? unreachable);
      }
      const disposition = response.headers.get("content-disposition") ?? "";
      const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "usage.csv";
      save(await response.blob(), name);
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
        if (query) void download(query);
      }}
    >
      <Download aria-hidden />
      Export CSV
    </Button>
  );
}

function save(file: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken hold of the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
