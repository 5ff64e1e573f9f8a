"use client";

import type { ReactNode } from "react";
import { usePageDialog } from "@/app/(dashboard)/keys/[id]/dialog-address";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { Button } from "@/components/button";
import { Section } from "@/components/section";

/** The acts that stop something, with what each of them does. The dialogs stand in the header. */
export function DangerZone({ apiKey }: { apiKey: ActedKey }) {
  const [, open] = usePageDialog();
  const { status } = apiKey;
  if (status === "revoked") return null;
  return (
    <Section flush title="Danger zone" className="border-red/30">
      <div className="divide-y divide-line">
        {status === "disabled" || status === "expired" ? null : (
          <DangerRow
            title="Disable this key"
            text="Its requests are refused until you enable it again. Nothing else changes."
          >
            <Button aria-label="Disable this key" onClick={() => open("disable")}>
              Disable
            </Button>
          </DangerRow>
        )}
        <DangerRow
          title="Revoke this key"
          text="Its requests are refused from that moment on. You have 60 minutes to undo it."
        >
          <Button variant="danger" aria-label="Revoke this key" onClick={() => open("revoke")}>
            Revoke
          </Button>
        </DangerRow>
      </div>
    </Section>
  );
}

function DangerRow(props: { title: string; text: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3.5">
      <div className="min-w-0 flex-1 basis-64 text-sm">
        <p className="font-medium">{props.title}</p>
        <p className="text-fg-2">{props.text}</p>
      </div>
      {props.children}
    </div>
  );
}
