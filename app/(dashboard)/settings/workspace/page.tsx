import { KeyRound } from "lucide-react";
import type { Metadata } from "next";
import { renameWorkspaceAction } from "@/app/(dashboard)/settings/actions";
import { Fact } from "@/app/(dashboard)/settings/fact";
import { NameForm } from "@/app/(dashboard)/settings/name-form";
import { SettingsSkeleton } from "@/app/(dashboard)/settings/settings-skeleton";
import { WorkspaceDangerZone } from "@/app/(dashboard)/settings/workspace/danger-zone";
import { soon } from "@/app/soon";
import { ButtonLink } from "@/components/button-link";
import { CopyButton } from "@/components/copy-button";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { readFunds } from "@/lib/billing/queries";
import { brand } from "@/lib/brand";
import { countText } from "@/lib/count-text";
import { formatUsd } from "@/lib/money";
import { may, whyNot } from "@/lib/permissions";
import { getWorkspace } from "@/lib/workspaces/queries";

export const metadata: Metadata = { title: "Workspace" };

export default function WorkspacePage() {
  return soon(WorkspaceContent(), <SettingsSkeleton />);
}

async function WorkspaceContent() {
  const scope = await requirePageScope();
  const [workspace, funds] = await Promise.all([
    getWorkspace(getDb(), scope),
    readFunds(getDb(), scope),
  ]);
  const canRename = may(scope.role, "workspace.rename");
  return (
    <div className="grid gap-5">
      <Section title="Workspace">
        <div className="grid gap-4">
          <NameForm
            label="Workspace name"
            name={workspace.name}
            autoComplete="organization"
            hint={canRename ? undefined : whyNot("workspace.rename")}
            savedMessage="The workspace’s name is saved"
            disabled={!canRename}
            rename={renameWorkspaceAction}
          />
          <Fact label="Workspace ID">
            <span className="flex items-center gap-1">
              <code className="font-mono text-sm break-all">{workspace.id}</code>
              <CopyButton
                text={workspace.id}
                label="Copy workspace ID"
                iconOnly
                size="sm"
                variant="ghost"
              />
            </span>
          </Fact>
          <Fact label="Plan">
            {workspace.planName}
            <span className="text-fg-2"> · {rateText(workspace.requestsPerHour)}</span>
          </Fact>
          <Fact label="Your role">
            <span className="capitalize">{scope.role}</span>
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
      {may(scope.role, "workspace.delete") ? (
        <WorkspaceDangerZone
          name={workspace.name}
          moneyLeft={funds.balanceNanos > 0n ? formatUsd(funds.balanceNanos) : null}
          supportEmail={brand.supportEmail}
        />
      ) : null}
    </div>
  );
}

function rateText(requestsPerHour: number | null): string {
  if (requestsPerHour === null) return "no hourly limit";
  return `${countText(requestsPerHour)} requests an hour`;
}
