"use client";

import { Printer } from "lucide-react";
import { Button } from "@/components/button";

/** The browser's own dialog, which can also save the page as PDF. */
export function PrintButton() {
  return (
    <Button onClick={() => window.print()}>
      <Printer aria-hidden />
      Print
    </Button>
  );
}
