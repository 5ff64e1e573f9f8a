import type { Metadata } from "next";
import { renameProfileAction } from "@/app/(dashboard)/settings/actions";
import { DangerZone, type EndingWorkspace } from "@/app/(dashboard)/settings/delete/danger-zone";
import { EmailSection } from "@/app/(dashboard)/settings/email-section";
import { NameForm } from "@/app/(dashboard)/settings/name-form";
import { toSessionItem } from "@/app/(dashboard)/settings/session-item";
import { SessionList } from "@/app/(dashboard)/settings/session-list";
import { SettingsSkeleton } from "@/app/(dashboard)/settings/settings-skeleton";
import { ThemeSetting } from "@/app/(dashboard)/settings/theme-setting";
import { soon } from "@/app/soon";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { listSessions } from "@/lib/auth/queries";
import { getViewer, requireOwnPageScope } from "@/lib/auth/session";
import { readFunds } from "@/lib/billing/queries";
import { brand } from "@/lib/brand";
import { formatUsd } from "@/lib/money";
import { listOwnAlone } from "@/lib/workspaces/queries";

export const metadata: Metadata = { title: "Settings" };

/** What would end with the account, and what is left on each balance. */
async function readEndings(userId: string): Promise<EndingWorkspace[]> {
  const alone = await listOwnAlone(getDb(), userId);
  return await Promise.all(
    alone.map(async ({ id, name }) => {
      const { balanceNanos } = await readFunds(getDb(), { workspaceId: id });
      return { name, moneyLeft: balanceNanos > 0n ? formatUsd(balanceNanos) : null };
    }),
  );
}

export default function ProfilePage() {
  return soon(ProfileContent(), <SettingsSkeleton />);
}

async function ProfileContent() {
  const scope = await requireOwnPageScope();
  const [viewer, sessions, endings] = await Promise.all([
    getViewer(),
    listSessions(getDb(), scope),
    readEndings(scope.userId),
  ]);
  if (!viewer) return null;
  return (
    <div className="grid gap-5">
      <Section title="Profile">
        <div className="grid gap-4">
          <NameForm
            label="Name"
            name={viewer.name}
            autoComplete="name"
            hint="How you appear in the audit log."
            savedMessage="Your name is saved"
            rename={renameProfileAction}
          />
        </div>
      </Section>
      <EmailSection scope={scope} />
      <Section title="Appearance" description="Kept in this browser.">
        <ThemeSetting />
      </Section>
      <SessionList sessions={sessions.map(toSessionItem)} />
      <DangerZone email={viewer.email} endings={endings} supportEmail={brand.supportEmail} />
    </div>
  );
}
