import { KeyRound } from "lucide-react";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { renameProfileAction, renameWorkspaceAction } from "@/app/(dashboard)/settings/actions";
import { NameForm } from "@/app/(dashboard)/settings/name-form";
import { type SessionItem, SessionList } from "@/app/(dashboard)/settings/session-list";
import { ThemeSetting } from "@/app/(dashboard)/settings/theme-setting";
import { ButtonLink } from "@/components/button-link";
import { PageHeader } from "@/components/page-header";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { describeDevice } from "@/lib/auth/device";
import { listSessions, type SessionSummary } from "@/lib/auth/queries";
import { getViewer, requirePageScope } from "@/lib/auth/session";
import { canInWorkspace } from "@/lib/workspaces/permission";
import { getWorkspace } from "@/lib/workspaces/queries";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  const scope = await requirePageScope();
  const [viewer, workspace, sessions] = await Promise.all([
    getViewer(),
    getWorkspace(getDb(), scope),
    listSessions(getDb(), scope),
  ]);
  const canRename = canInWorkspace(scope.role, "rename");
  return (
    <>
      <PageHeader
        title="Settings"
        description="You, your workspace, and where you are signed in."
      />
      <div className="grid gap-5">
        <Section title="Profile">
          <div className="grid gap-4">
            <NameForm
              label="Name"
              name={viewer?.name ?? ""}
              autoComplete="name"
              savedMessage="Your name is saved"
              rename={renameProfileAction}
            />
            <Fact label="Email">{viewer?.email}</Fact>
          </div>
        </Section>
        <Section title="Workspace">
          <div className="grid gap-4">
            <NameForm
              label="Workspace name"
              name={workspace.name}
              autoComplete="organization"
              hint={canRename ? undefined : "Owners and admins can change it."}
              savedMessage="The workspace’s name is saved"
              disabled={!canRename}
              rename={renameWorkspaceAction}
            />
            <Fact label="Plan">
              {workspace.planName}
              <span className="text-fg-2"> · {rateText(workspace.requestsPerHour)}</span>
            </Fact>
          </div>
        </Section>
        <Section
          title="API keys"
          description="Create keys for your applications, and revoke the ones you no longer use."
          actions={
            <ButtonLink href="/keys">
              <KeyRound aria-hidden /> Manage API keys
            </ButtonLink>
          }
        >
          <p className="text-sm text-fg-3">A key is shown in full once, when it is created.</p>
        </Section>
        <SessionList sessions={sessions.map(sessionItem)} />
        <Section title="Appearance" description="Kept in this browser.">
          <ThemeSetting />
        </Section>
      </div>
    </>
  );
}

/** Something that stands here but isn't changed here. */
function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <dl className="grid gap-1 text-sm">
      <dt className="font-medium">{label}</dt>
      <dd className="min-w-0 text-base break-words">{children}</dd>
    </dl>
  );
}

function rateText(requestsPerHour: number | null): string {
  if (requestsPerHour === null) return "no hourly limit";
  return `${requestsPerHour.toLocaleString("en-US")} requests an hour`;
}

function sessionItem(session: SessionSummary): SessionItem {
  const device = describeDevice(session.userAgent);
  return {
    id: session.id,
    device,
    isPhone: /iPhone|Android/.test(device),
    address: session.address,
    lastSeenAt: session.lastSeenAt.toISOString(),
    createdAt: session.createdAt.toISOString(),
    isCurrent: session.isCurrent,
  };
}
