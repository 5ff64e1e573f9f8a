import { Suspense } from "react";
import { signOutAction } from "@/app/(auth)/sign-out.action";
import { BalanceSlot } from "@/app/(dashboard)/balance-slot";
import { AppShell } from "@/components/shell/app-shell";
import { Skeleton } from "@/components/skeleton";
import { getViewer, requirePageScope } from "@/lib/auth/session";
import { brand } from "@/lib/brand";

/** The frame of the signed-in pages. Each page asks for the session again: a layout runs only once. */
export default async function DashboardLayout({ children }: LayoutProps<"/">) {
  await requirePageScope();
  const viewer = await getViewer();
  if (!viewer) return null;
  return (
    <AppShell
      brandName={brand.name}
      supportEmail={brand.supportEmail}
      workspaceName={viewer.workspace.name}
      viewer={{ name: viewer.name, email: viewer.email }}
      balance={
        <Suspense fallback={<Skeleton className="h-16" />}>
          <BalanceSlot />
        </Suspense>
      }
      phoneBalance={
        <Suspense fallback={<Skeleton className="h-5 w-16" />}>
          <BalanceSlot isCompact />
        </Suspense>
      }
      signOut={signOutAction}
    >
      {children}
    </AppShell>
  );
}
