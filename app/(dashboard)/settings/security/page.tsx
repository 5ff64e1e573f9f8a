import type { Metadata } from "next";
import { ConnectedAccountsSection } from "@/app/(dashboard)/settings/connected-accounts-section";
import { PasswordSection } from "@/app/(dashboard)/settings/password-section";
import { SecondFactorSection } from "@/app/(dashboard)/settings/second-factor-section";
import { toSessionItem } from "@/app/(dashboard)/settings/session-item";
import { SessionList } from "@/app/(dashboard)/settings/session-list";
import { SettingsSkeleton } from "@/app/(dashboard)/settings/settings-skeleton";
import { soon } from "@/app/soon";
import { getDb } from "@/db/client";
import { listSessions } from "@/lib/auth/queries";
import { requireOwnPageScope } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Security" };

export default function SecurityPage(props: PageProps<"/settings/security">) {
  return soon(SecurityContent(props), <SettingsSkeleton />);
}

async function SecurityContent({ searchParams }: PageProps<"/settings/security">) {
  const scope = await requireOwnPageScope();
  const sessions = await listSessions(getDb(), scope);
  const { connect } = await searchParams;
  return (
    <div className="grid gap-5">
      <PasswordSection scope={scope} />
      <SecondFactorSection scope={scope} />
      <ConnectedAccountsSection scope={scope} outcome={connect} />
      <SessionList sessions={sessions.map(toSessionItem)} />
    </div>
  );
}
