import type { ReactNode } from "react";
import { SettingsNav } from "@/app/(dashboard)/settings/settings-nav";
import { PageHeader } from "@/components/page-header";
import { getViewer } from "@/lib/auth/session";

/** The frame of the settings: their parts, each with an address of its own, beside the one that is open. */
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const viewer = await getViewer();
  return (
    <>
      <PageHeader title="Settings" />
      <div className="md:grid md:grid-cols-[10.5rem_minmax(0,1fr)] md:gap-8">
        <SettingsNav hasOwn={!viewer?.supportView} />
        <div className="min-w-0">{children}</div>
      </div>
    </>
  );
}
