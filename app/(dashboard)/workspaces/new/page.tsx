import type { Metadata } from "next";
import { CreateWorkspaceForm } from "@/app/workspaces/create-workspace-form";
import { PageHeader } from "@/components/page-header";
import { requirePageScope } from "@/lib/auth/session";
import { ownedMax } from "@/lib/workspaces/memberships";

export const metadata: Metadata = { title: "Create workspace" };

export default async function NewWorkspacePage() {
  await requirePageScope();
  return (
    <>
      <PageHeader
        title="Create workspace"
        description={`A workspace has its own keys, members, balance and plan. You can own ${ownedMax}.`}
      />
      <CreateWorkspaceForm />
    </>
  );
}
