import type { Metadata } from "next";
import { DialogButton } from "@/app/(admin)/admin/form/dialog-button";
import { UpstreamsSkeleton } from "@/app/(admin)/admin/upstreams/(list)/upstreams-skeleton";
import { AddUpstream } from "@/app/(admin)/admin/upstreams/add-upstream";
import { UpstreamTable } from "@/app/(admin)/admin/upstreams/upstream-table";
import { soon } from "@/app/soon";
import { PageHeader } from "@/components/page-header";
import { getDb } from "@/db/client";
import { requirePageOperator } from "@/lib/auth/session";
import { readEnv } from "@/lib/env";
import { credentialKeyOf } from "@/lib/sealed";
import { listUpstreams } from "@/lib/upstreams/queries";

export const metadata: Metadata = { title: "Upstreams" };

export default function UpstreamsPage() {
  return soon(UpstreamsContent(), <UpstreamsSkeleton />);
}

async function UpstreamsContent() {
  await requirePageOperator();
  const upstreams = await listUpstreams(getDb(), credentialKeyOf(readEnv().AUTH_SECRET));
  return (
    <>
      <PageHeader
        title="Upstreams"
        description="The providers behind your models. Changes apply from the next request."
        actions={
          <DialogButton dialog="new" variant="primary" data-focus-fallback>
            Add upstream
          </DialogButton>
        }
      />
      <UpstreamTable upstreams={upstreams} />
      <AddUpstream />
    </>
  );
}
