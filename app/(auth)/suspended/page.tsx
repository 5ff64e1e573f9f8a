import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { signOutAction } from "@/app/(auth)/sign-out.action";
import { OtherWorkspaces } from "@/app/(auth)/suspended/other-workspaces";
import { Button } from "@/components/button";
import { buttonClass } from "@/components/button-class";
import { getDb } from "@/db/client";
import { getViewer } from "@/lib/auth/session";
import { brand } from "@/lib/brand";
import { listMemberships } from "@/lib/workspaces/memberships";

export const metadata: Metadata = { title: "Account suspended" };

export default async function SuspendedPage() {
  const viewer = await getViewer();
  if (!viewer) redirect("/sign-in");
  const { workspace } = viewer;
  if (!workspace?.isSuspended) redirect("/overview");
  const memberships = await listMemberships(getDb(), viewer.userId);
  const others = memberships.filter(({ id, isSuspended }) => id !== workspace.id && !isSuspended);
  return (
    <>
      <AuthHeading title="This account is suspended">
        API keys of “{workspace.name}” are refused and its pages are closed. Nothing has been
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
      <OtherWorkspaces workspaces={others.map(({ id, name }) => ({ id, name }))} />
      <p className="mt-6 border-t border-line pt-3 text-xs text-fg-3">
        Signed in as {viewer.email}
      </p>
    </>
  );
}
