import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { AutoRefresh } from "@/app/(dashboard)/auto-refresh";
import { CardBoundary } from "@/app/(dashboard)/overview/card-boundary";
import { BackToWebhooks } from "@/app/(dashboard)/webhooks/[id]/back-to-webhooks";
import { readDeliveryState } from "@/app/(dashboard)/webhooks/[id]/deliveries-address";
import { DeliveriesSection } from "@/app/(dashboard)/webhooks/[id]/deliveries-section";
import { DeliveriesSkeleton } from "@/app/(dashboard)/webhooks/[id]/deliveries-skeleton";
import { EndpointHeader } from "@/app/(dashboard)/webhooks/[id]/endpoint-header";
import { EndpointSkeleton } from "@/app/(dashboard)/webhooks/[id]/endpoint-skeleton";
import { Facts } from "@/app/(dashboard)/webhooks/[id]/facts";
import { Notices } from "@/app/(dashboard)/webhooks/[id]/notices";
import { SettingsSection } from "@/app/(dashboard)/webhooks/[id]/settings-section";
import { EndpointStatusText } from "@/app/(dashboard)/webhooks/endpoint-status-text";
import { readEndpoint } from "@/app/(dashboard)/webhooks/read-endpoint";
import { soon } from "@/app/soon";
import { requirePageScope } from "@/lib/auth/session";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "Webhook endpoint" };

export default function EndpointPage(props: PageProps<"/webhooks/[id]">) {
  return soon(EndpointContent(props), <EndpointSkeleton />);
}

async function EndpointContent({ params, searchParams }: PageProps<"/webhooks/[id]">) {
  const scope = await requirePageScope("webhooks.read");
  const [{ id }, { state, after }] = await Promise.all([params, searchParams]);
  const endpoint = await readEndpoint(scope, id);
  if (!endpoint) notFound();
  const canManage = may(scope.role, "webhooks.manage");
  const { url, description, events, disabledAt, previousExpiresAt } = endpoint;
  return (
    <>
      <BackToWebhooks />
      <AutoRefresh />
      <EndpointHeader
        endpoint={{
          ...{ id, url, description, events },
          isEnabled: disabledAt === null,
          previousExpiresAt: previousExpiresAt?.toISOString() ?? null,
        }}
        status={<EndpointStatusText isInline endpoint={endpoint} />}
        canManage={canManage}
      />
      <div className="grid gap-4">
        <Notices endpoint={endpoint} canManage={canManage} />
        <Facts endpoint={endpoint} />
        <SettingsSection endpoint={endpoint} canManage={canManage} />
        <CardBoundary title="The deliveries didn't load" isFramed>
          <Suspense fallback={<DeliveriesSkeleton />}>
            <DeliveriesSection
              scope={scope}
              endpointId={id}
              canResend={canManage && disabledAt === null}
              canManage={canManage}
              shown={readDeliveryState({ state, after })}
            />
          </Suspense>
        </CardBoundary>
      </div>
    </>
  );
}
