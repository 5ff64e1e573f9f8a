import { signOutAction } from "@/app/(auth)/sign-out.action";
import { BalanceSlot } from "@/app/(dashboard)/balance-slot";
import { CommandMenu } from "@/app/(dashboard)/command/command-menu";
import { SupportBanner } from "@/app/(dashboard)/support-banner";
import { SuspendedNotice } from "@/app/(dashboard)/suspended-notice";
import { WorkspaceSwitcher } from "@/app/(dashboard)/workspace-switcher";
import { AppShell } from "@/components/shell/app-shell";
import { getDb } from "@/db/client";
import { getViewer, requirePageScope } from "@/lib/auth/session";
import { findPaymentProvider } from "@/lib/billing/provider";
import { brand } from "@/lib/brand";
import { may } from "@/lib/permissions";
import { listMemberships } from "@/lib/workspaces/memberships";

/** The frame of the signed-in pages. Each page asks for the session again: a layout runs only once. */
export default async function DashboardLayout({ children }: LayoutProps<"/">) {
  const { role, userId } = await requirePageScope();
  const [viewer, memberships] = await Promise.all([getViewer(), listMemberships(getDb(), userId)]);
  if (!viewer?.workspace) return null;
  const { supportView, workspace } = viewer;
  // Who looks as support is no member, and goes nowhere from there but out.
  const workspaces = supportView ? [] : memberships.map(({ id, name }) => ({ id, name }));
  const current = { id: viewer.workspace.id, name: viewer.workspace.name };
  return (
    <AppShell
      brandName={brand.name}
      supportEmail={brand.supportEmail}
      workspace={
        supportView ? (
          <span title={current.name} className="ml-auto min-w-0 truncate text-xs text-fg-2">
            {current.name}
          </span>
        ) : (
          <WorkspaceSwitcher current={current} workspaces={workspaces} />
        )
      }
      notice={
        <>
          {supportView ? (
            <SupportBanner workspace={current} expiresAt={supportView.expiresAt.toISOString()} />
          ) : null}
          {workspace.isSuspended ? <SuspendedNotice reason={workspace.suspendedReason} /> : null}
        </>
      }
      viewer={{ name: viewer.name, email: viewer.email, isOperator: viewer.isOperator }}
      // Part of the frame and not streamed after it: one quick read, and nothing that jumps in.
      balance={<BalanceSlot />}
      command={
        <CommandMenu
          mayCreateKeys={may(role, "keys.manage")}
          mayTopUp={may(role, "billing.manage") && findPaymentProvider() !== null}
          mayAddEndpoints={may(role, "webhooks.manage")}
          workspaces={workspaces.filter(({ id }) => id !== current.id)}
          signOut={signOutAction}
        />
      }
      signOut={signOutAction}
    >
      {children}
    </AppShell>
  );
}
