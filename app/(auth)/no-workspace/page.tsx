import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { signOutAction } from "@/app/(auth)/sign-out.action";
import { CreateWorkspaceForm } from "@/app/workspaces/create-workspace-form";
import { Button } from "@/components/button";
import { getViewer } from "@/lib/auth/session";

export const metadata: Metadata = { title: "No workspace", robots: { index: false } };

/** Where somebody is who left their last workspace, or was taken out of it. */
export default async function NoWorkspacePage() {
  const viewer = await getViewer();
  if (!viewer) redirect("/sign-in" as Route);
  if (viewer.workspace) redirect("/overview" as Route);
  return (
    <>
      <AuthHeading title="You aren’t in a workspace">
        You left the last one, or were removed from it. Open one of your own, or ask to be invited
        to <span className="break-words text-fg">{viewer.email}</span>.
      </AuthHeading>
      <CreateWorkspaceForm />
      <form action={signOutAction} className="mt-6 border-t border-line pt-4">
        <Button type="submit">Sign out</Button>
      </form>
    </>
  );
}
