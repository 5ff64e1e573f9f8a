import type { Metadata } from "next";
import { type ReactNode, Suspense } from "react";
import {
  HoldsCard,
  MailCard,
  WebhooksCard,
  WorkerCard,
} from "@/app/(admin)/admin/operations/backlog-cards";
import { ErrorsCard } from "@/app/(admin)/admin/operations/errors-card";
import { GatewaysCard } from "@/app/(admin)/admin/operations/gateways-card";
import { LedgerCard } from "@/app/(admin)/admin/operations/ledger-card";
import { OperationsSkeleton } from "@/app/(admin)/admin/operations/operations-skeleton";
import { UpstreamsCard } from "@/app/(admin)/admin/operations/upstreams-card";
import { CardBoundary } from "@/app/(dashboard)/overview/card-boundary";
import { soon } from "@/app/soon";
import { PageHeader } from "@/components/page-header";
import { Skeleton } from "@/components/skeleton";
import { requirePageOperator } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Operations" };

export default function OperationsPage() {
  return soon(OperationsContent(), <OperationsSkeleton />);
}

async function OperationsContent() {
  await requirePageOperator();
  return (
    <>
      <PageHeader title="Operations" description="The state of the deployment right now." />
      <div className="grid gap-5">
        <Card title="The ledger’s state" height="h-28">
          <LedgerCard />
        </Card>
        <div className="grid gap-5 md:grid-cols-2">
          <Card title="Open holds" height="h-44">
            <HoldsCard />
          </Card>
          <Card title="The worker" height="h-44">
            <WorkerCard />
          </Card>
          <Card title="Webhooks" height="h-44">
            <WebhooksCard />
          </Card>
          <Card title="Mail" height="h-44">
            <MailCard />
          </Card>
        </div>
        <Card title="Errors" height="h-40">
          <ErrorsCard />
        </Card>
        <Card title="Upstreams" height="h-40">
          <UpstreamsCard />
        </Card>
        <Card title="Gateways" height="h-40">
          <GatewaysCard />
        </Card>
      </div>
    </>
  );
}

interface CardProps {
  title: string;
  height: string;
  children: ReactNode;
}

/** Loads alone and fails alone. */
function Card({ title, height, children }: CardProps) {
  return (
    <CardBoundary title={`${title} didn’t load`} isFramed>
      <Suspense fallback={<Skeleton className={`${height} rounded-lg`} />}>{children}</Suspense>
    </CardBoundary>
  );
}
