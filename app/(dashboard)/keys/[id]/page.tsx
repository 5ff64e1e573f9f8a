import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { AutoRefresh } from "@/app/(dashboard)/auto-refresh";
import { BackToKeys } from "@/app/(dashboard)/keys/[id]/back-to-keys";
import { DangerZone } from "@/app/(dashboard)/keys/[id]/danger-zone";
import { Facts } from "@/app/(dashboard)/keys/[id]/facts";
import { HistorySection } from "@/app/(dashboard)/keys/[id]/history/history-section";
import { KeyHeader } from "@/app/(dashboard)/keys/[id]/key-header";
import { KeySkeleton } from "@/app/(dashboard)/keys/[id]/key-skeleton";
import { Notices } from "@/app/(dashboard)/keys/[id]/notices";
import { buildRotationView } from "@/app/(dashboard)/keys/[id]/rotation/build-rotation-view";
import { RotationPanel } from "@/app/(dashboard)/keys/[id]/rotation/rotation-panel";
import { AccessSection } from "@/app/(dashboard)/keys/[id]/settings/access-section";
import { LimitsSection } from "@/app/(dashboard)/keys/[id]/settings/limits-section";
import { UsageSection } from "@/app/(dashboard)/keys/[id]/usage/usage-section";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { CardBoundary } from "@/app/(dashboard)/overview/card-boundary";
import { soon } from "@/app/soon";
import { Skeleton, TableSkeleton } from "@/components/skeleton";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { apiBaseUrl } from "@/lib/env";
import { getKeyDetail, type KeyDetail } from "@/lib/keys/detail";
import type { KeySummary } from "@/lib/keys/queries";
import { keyStatus } from "@/lib/keys/status";
import { maskedSecret } from "@/lib/keys/terms";
import { countSecretUse } from "@/lib/keys/traffic";
import { may } from "@/lib/permissions";

export const metadata: Metadata = { title: "API key" };

export default function KeyPage(props: PageProps<"/keys/[id]">) {
  return soon(KeyContent(props), <KeySkeleton />);
}

async function KeyContent({ params, searchParams }: PageProps<"/keys/[id]">) {
  const scope = await requirePageScope("keys.read");
  const [{ id }, { before }] = await Promise.all([params, searchParams]);
  const [key, uses] = await Promise.all([
    getKeyDetail(getDb(), scope, id),
    countSecretUse(getDb(), scope, id),
  ]);
  if (!key) notFound();
  const acted = actedKey(key);
  const canManage = may(scope.role, "keys.manage");
  // A key that is over can't be changed any more, but for its name.
  const canEdit = canManage && acted.status !== "revoked" && acted.status !== "expired";
  const works = canEdit && acted.status !== "disabled";
  return (
    <>
      <BackToKeys />
      <AutoRefresh />
      <KeyHeader
        apiKey={summaryOf(key)}
        acted={acted}
        now={key.now}
        canManage={canManage}
        canRotate={works && key.secrets.length < 2}
        apiBaseUrl={apiBaseUrl()}
      />
      <div className="grid gap-4">
        <Notices apiKey={key} acted={acted} canManage={canManage} />
        {acted.status === "revoked" || acted.status === "expired" ? null : (
          <RotationPanel
            keyId={key.id}
            initial={buildRotationView(key, uses)}
            canManage={canManage}
          />
        )}
        <Facts apiKey={key} canEdit={canEdit} isWaiting={works} />
        <CardBoundary title="The usage didn't load" isFramed>
          <Suspense fallback={<Skeleton className="h-105 rounded-lg" />}>
            <UsageSection scope={scope} keyId={key.id} />
          </Suspense>
        </CardBoundary>
        <CardBoundary title="The limits didn't load" isFramed>
          <Suspense fallback={<Skeleton className="h-64 rounded-lg" />}>
            <LimitsSection scope={scope} apiKey={key} canEdit={canEdit} />
          </Suspense>
        </CardBoundary>
        <CardBoundary title="The access rules didn't load" isFramed>
          <Suspense fallback={<Skeleton className="h-72 rounded-lg" />}>
            <AccessSection scope={scope} apiKey={key} canEdit={canEdit} />
          </Suspense>
        </CardBoundary>
        <CardBoundary title="The history didn't load" isFramed>
          <Suspense fallback={<TableSkeleton rows={3} columns={4} />}>
            <HistorySection
              scope={scope}
              keyId={key.id}
              before={typeof before === "string" ? before : undefined}
            />
          </Suspense>
        </CardBoundary>
        {canManage ? <DangerZone apiKey={acted} /> : null}
      </div>
    </>
  );
}

/** What the browser needs of the key; the rest stays on the server. */
function summaryOf(key: KeyDetail): KeySummary {
  const { id, name, environment, scopes, prefix, last4 } = key;
  const { createdAt, updatedAt, expiresAt, disabledAt, revokedAt, revokedReason } = key;
  const { lastUsedAt, lastUsedAddress, graceUntil, pendingLapsesAt, rotationDeadlineAt } = key;
  return {
    ...{ id, name, environment, scopes, prefix, last4 },
    ...{ createdAt, updatedAt, expiresAt, disabledAt, revokedAt, revokedReason },
    ...{ lastUsedAt, lastUsedAddress, graceUntil, pendingLapsesAt, rotationDeadlineAt },
  };
}

function actedKey(key: KeyDetail): ActedKey {
  return {
    id: key.id,
    name: key.name,
    masked: maskedSecret(key),
    last4: key.last4,
    status: keyStatus(key, key.now),
    wasUsed: key.lastUsedAt !== null,
    undoUntil: key.undoUntil?.toISOString() ?? null,
  };
}
