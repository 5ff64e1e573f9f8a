"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { type ExportRange, exportRanges } from "@/app/(dashboard)/billing/export-ranges";
import { readFailure } from "@/app/(dashboard)/read-json";
import { Button } from "@/components/button";
import { DropdownMenu, DropdownMenuItem } from "@/components/dropdown-menu";
import { toast } from "@/components/toast";
import type { StatementFilter } from "@/lib/billing/kinds";

const unreachable = "The server didn't answer. Check your connection and try again.";

/** Why an export was refused, in the server's words. */
async function refusalOf(response: Response): Promise<string> {
  return readFailure(await response.json().catch(() => null))?.message ?? unreachable;
}

function save(file: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken hold of the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

/** Downloads the transactions as CSV. Fetched and not navigated to, so that a refusal is told here. */
export function ExportMenu({ filter, today }: { filter: StatementFilter | null; today: string }) {
  const [isBusy, setBusy] = useState(false);

  async function download({ from, to }: ExportRange) {
    const params = new URLSearchParams();
    if (from) params.set("from", from);
    if (to) params.set("to", to);
    if (filter) params.set("kind", filter);
    setBusy(true);
    try {
      const response = await fetch(`/billing/transactions.csv?${params}`);
      if (!response.ok) return void toast.error(await refusalOf(response));
      const disposition = response.headers.get("content-disposition") ?? "";
      const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "transactions.csv";
      save(await response.blob(), name);
    } catch {
      toast.error(unreachable);
    } finally {
      setBusy(false);
    }
  }

  return (
    <DropdownMenu
      trigger={
        <Button loading={isBusy}>
          <Download aria-hidden />
          Export CSV
        </Button>
      }
    >
      {exportRanges(today).map((range) => (
        <DropdownMenuItem key={range.label} onSelect={() => void download(range)}>
          {range.label}
        </DropdownMenuItem>
      ))}
    </DropdownMenu>
  );
}
