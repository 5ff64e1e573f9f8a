import type { Route } from "next";
import type { ReactNode } from "react";
import { LastUse } from "@/app/(dashboard)/keys/[id]/rotation/secret-card";
import { EditExpiry } from "@/app/(dashboard)/keys/[id]/settings/edit-buttons";
import { untilText } from "@/app/(dashboard)/keys/[id]/until-text";
import { FirstUse } from "@/app/(dashboard)/keys/first-use";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { exactTimeText } from "@/components/relative-time-text";
import { dayYearText } from "@/lib/day-text";
import type { KeyDetail, LiveSecret } from "@/lib/keys/detail";
import { dayMs } from "@/lib/time";

export interface FactsProps {
  apiKey: KeyDetail;
  canEdit: boolean;
  /** Never used so far, it is watched for its first request. */
  isWaiting: boolean;
}

/** Where the key comes from, who used it last, and when it ends. */
export function Facts({ apiKey, canEdit, isWaiting }: FactsProps) {
  const { id, createdAt, createdBy, importedAt, createdByKey, expiresAt, now } = apiKey;
  const { revokedAt, rotationDeadlineAt } = apiKey;
  const edited = { id, updatedAt: apiKey.updatedAt.toISOString() };
  return (
    <dl className="grid gap-px overflow-hidden rounded-lg border border-line bg-line md:grid-cols-3">
      <Fact label="Created">
        <RelativeTime at={createdAt} />
        <Detail>
          {createdByKey ? (
            <>
              over the API by{" "}
              <NearLink
                href={`/keys/${createdByKey.id}` as Route}
                className="rounded-sm text-fg-2 underline underline-offset-3 hover:text-fg"
              >
                {createdByKey.name}
              </NearLink>
            </>
          ) : importedAt ? (
            "imported from another system"
          ) : (
            `by ${createdBy}`
          )}
        </Detail>
      </Fact>
      <Fact label="Last used">
        <Use apiKey={apiKey} isWaiting={isWaiting} />
      </Fact>
      <Fact
        label="Expires"
        action={
          canEdit ? (
            <EditExpiry apiKey={edited} expiresAt={expiresAt?.toISOString() ?? null} />
          ) : null
        }
      >
        {expiresAt ? (
          <>
            <time dateTime={expiresAt.toISOString()} title={exactTimeText(expiresAt)}>
              {dayYearText(expiresAt)}
            </time>
            <Detail>
              {expiresAt > now ? daysLeftText(expiresAt, now) : <RelativeTime at={expiresAt} />}
            </Detail>
          </>
        ) : (
          <>
            never
            {revokedAt ? null : (
              <Detail>
                {rotationDeadlineAt
                  ? `if rotated by ${dayYearText(rotationDeadlineAt)}`
                  : "works until somebody revokes it"}
              </Detail>
            )}
          </>
        )}
      </Fact>
    </dl>
  );
}

interface FactProps {
  label: string;
  action?: ReactNode;
  children: ReactNode;
}

function Fact({ label, action, children }: FactProps) {
  return (
    <div className="grid min-w-0 grid-cols-[1fr_auto] content-start gap-x-3 gap-y-0.5 bg-bg px-4 py-3.5">
      <dt className="text-xs text-fg-3">{label}</dt>
      <dd className="col-start-1 min-w-0 text-sm wrap-anywhere">{children}</dd>
      {action ? <dd className="col-start-2 row-span-2 row-start-1">{action}</dd> : null}
    </div>
  );
}

function Detail({ children }: { children: ReactNode }) {
  return <span className="block text-xs text-fg-3">{children}</span>;
}

function daysLeftText(expiresAt: Date, now: Date): string {
  const days = Math.floor((expiresAt.getTime() - now.getTime()) / dayMs);
  if (days === 0) return `at ${untilText(expiresAt, now)}`;
  return `in ${days} ${days === 1 ? "day" : "days"}`;
}

function latestUsed(secrets: readonly LiveSecret[]): LiveSecret | undefined {
  const atMs = ({ lastUsedAt }: LiveSecret) => lastUsedAt?.getTime() ?? 0;
  return [...secrets].sort((a, b) => atMs(b) - atMs(a))[0];
}

/** The latest request with any of its secrets, also one that is retired by now. */
function Use({ apiKey, isWaiting }: { apiKey: KeyDetail; isWaiting: boolean }) {
  const { lastUsedAt, lastUsedAddress } = apiKey;
  if (!lastUsedAt) {
    return (
      <>
        never
        {/* Its own margin is for a dialog, where more stands above it. */}
        {isWaiting ? (
          <div className="-mt-3">
            <FirstUse keyId={apiKey.id} />
          </div>
        ) : null}
      </>
    );
  }
  const secret = latestUsed(apiKey.secrets);
  const isThisOne = secret?.lastUsedAt?.getTime() === lastUsedAt.getTime();
  return (
    <LastUse
      secret={{
        lastUsedAt: lastUsedAt.toISOString(),
        lastUsedAddress,
        lastUsedAgent: isThisOne ? secret.lastUsedAgent : null,
      }}
    />
  );
}
