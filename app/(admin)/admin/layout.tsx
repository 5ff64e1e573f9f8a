import type { Metadata } from "next";
import { signOutAction } from "@/app/(auth)/sign-out.action";
import { ConsoleShell } from "@/components/shell/console-shell";
import { requirePageOperator } from "@/lib/auth/session";
import { brand } from "@/lib/brand";

export const metadata: Metadata = {
  title: { default: "Operator’s console", template: `%s · Operator · ${brand.name}` },
  robots: { index: false },
};

/** The frame of the operator's console. Each page asks for the operator again: a layout runs only once. */
export default async function ConsoleLayout({ children }: LayoutProps<"/admin">) {
  const { name, email } = await requirePageOperator();
  return (
    <ConsoleShell brandName={brand.name} viewer={{ name, email }} signOut={signOutAction}>
      {children}
    </ConsoleShell>
  );
}
