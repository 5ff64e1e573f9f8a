"use client";

import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { toast } from "@/components/toast";

const unreachable = "The export didn’t arrive. Check your connection and try again.";

/** Why an export was refused, in the server's words. */
async function refusalOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  const error = body !== null && typeof body === "object" && "error" in body ? body.error : null;
  const message =
    error !== null && typeof error === "object" && "message" in error ? error.message : null;
  return typeof message === "string" ? message : unreachable;
}

/** Downloads all that the filters leave as CSV. Fetched and not navigated to, so that a refusal is told here. */
export function AuditExport({ path, search }: { path: string; search: string }) {
  const [isBusy, setBusy] = useState(false);

  async function download() {
    setBusy(true);
    try {
      const response = await fetch(`${path}${search ? `?${search}` : ""}`);
      if (!response.ok) return void toast.error(await refusalOf(response));
      const disposition = response.headers.get("content-disposition") ?? "";
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await response.blob());
      link.download = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "audit-log.csv";
      link.click();
      // The browser has taken hold of the file by the next turn.
      setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
    } catch {
      toast.error(unreachable);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Button loading={isBusy} onClick={() => void download()}>
      <Download aria-hidden />
      Export CSV
    </Button>
  );
}
