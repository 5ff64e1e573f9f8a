import { signOutAction } from "@/app/(auth)/sign-out.action";
import { BalanceSlot } from "@/app/(dashboard)/balance-slot";
import { CommandMenu } from "@/app/(dashboard)/command/command-menu";
import { AppShell } from "@/components/shell/app-shell";
import { getViewer, requirePageScope } from "@/lib/auth/session";
import { findPaymentProvider } from "@/lib/billing/provider";
import { canTopUp } from "@/lib/billing/schema";
import { brand } from "@/lib/brand";
import { canManageKeys } from "@/lib/keys/permission";

/** The frame of the signed-in pages. Each page asks for the session again: a layout runs only once. */
export default async function DashboardLayout({ children }: LayoutProps<"/">) {
  const { role } = await requirePageScope();
  const viewer = await getViewer();
  if (!viewer) return null;
  return (
    <AppShell
      brandName={brand.name}
      supportEmail={brand.supportEmail}
      workspaceName={viewer.workspace.name}
      viewer={{ name: viewer.name, email: viewer.email }}
      // Part of the frame and not streamed after it: one quick read, and nothing that jumps in.
      balance={<BalanceSlot />}
      phoneBalance={<BalanceSlot isCompact />}
      command={
        <CommandMenu
          mayCreateKeys={canManageKeys(role)}
          mayTopUp={canTopUp(role) && findPaymentProvider() !== null}
          signOut={signOutAction}
        />
      }
      signOut={signOutAction}
    >
      {children}
    </AppShell>
  );
}
