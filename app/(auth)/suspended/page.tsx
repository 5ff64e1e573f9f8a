import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { signOutAction } from "@/app/(auth)/sign-out.action";
import { Button } from "@/components/button";
import { buttonClass } from "@/components/button-class";
import { getViewer } from "@/lib/auth/session";
import { brand } from "@/lib/brand";

export const metadata: Metadata = { title: "Account suspended" };

export default async function SuspendedPage() {
  const viewer = await getViewer();
  if (!viewer) redirect("/sign-in");
  if (!viewer.workspace.isSuspended) redirect("/overview");
  return (
    <>
      <AuthHeading title="This account is suspended">
        API keys of “{viewer.workspace.name}” are refused and its pages are closed. Nothing has been
        deleted. Write to support to have it restored.
      </AuthHeading>
      <div className="flex flex-wrap gap-2">
        <a
          href={`mailto:${brand.supportEmail}?subject=Suspended%20account`}
          className={buttonClass({ variant: "primary" })}
        >
          Write to {brand.supportEmail}
        </a>
        <form action={signOutAction}>
          <Button type="submit">Sign out</Button>
        </form>
      </div>
      <p className="mt-6 border-t border-line pt-3 text-xs text-fg-3">
        Signed in as {viewer.email}
      </p>
    </>
  );
}
