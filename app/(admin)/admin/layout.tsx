import type { Metadata } from "next";
import { signOutAction } from "@/app/(auth)/sign-out.action";
import { SupportBanner } from "@/app/(dashboard)/support-banner";
import { ConsoleShell } from "@/components/shell/console-shell";
import { getViewer, requirePageOperator } from "@/lib/auth/session";
import { brand } from "@/lib/brand";

export function generateMetadata(): Metadata {
  return {
    title: { default: "Operator’s console", template: `%s · Operator · ${brand.name}` },
    robots: { index: false },
  };
}

/** The frame of the operator's console. Each page asks for the operator again: a layout runs only once. */
export default async function ConsoleLayout({ children }: LayoutProps<"/admin">) {
  const { name, email } = await requirePageOperator();
  const viewer = await getViewer();
  return (
    <ConsoleShell
      brandName={brand.name}
      viewer={{ name, email }}
      signOut={signOutAction}
      notice={
        viewer?.supportView && viewer.workspace ? (
          <SupportBanner
            workspace={{ id: viewer.workspace.id, name: viewer.workspace.name }}
            expiresAt={viewer.supportView.expiresAt.toISOString()}
          />
        ) : null
      }
    >
      {children}
    </ConsoleShell>
  );
}
