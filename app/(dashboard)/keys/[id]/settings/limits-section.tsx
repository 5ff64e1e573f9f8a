import type { ReactNode } from "react";
import { EditCaps, EditRate } from "@/app/(dashboard)/keys/[id]/settings/edit-buttons";
import { Meter } from "@/components/meter";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { SettingRow, SettingRows, Unset } from "@/components/setting-row";
import { getDb } from "@/db/client";
import {
  type CapState,
  type LimitState,
  type RequestLimitState,
  readLimitState,
} from "@/lib/budgets/state";
import { countText } from "@/lib/count-text";
import type { KeyDetail } from "@/lib/keys/detail";
import { type CapInterval, capIntervals } from "@/lib/keys/terms";
import { formatUsd, nanosToDecimal } from "@/lib/money";
import type { Scope } from "@/lib/scope";

export interface LimitsSectionProps {
  scope: Scope;
  apiKey: KeyDetail;
  canEdit: boolean;
}

/** What bounds the key's spending and its rate, and how much of each is gone at this moment. */
export async function LimitsSection({ scope, apiKey, canEdit }: LimitsSectionProps) {
  const { workspaceId } = scope;
  const state = await readLimitState(getDb(), { workspaceId, keyId: apiKey.id });
  const edited = { id: apiKey.id, updatedAt: apiKey.updatedAt.toISOString() };
  const decimal = (nanos: bigint | null) => (nanos === null ? null : nanosToDecimal(nanos));
  return (
    <Section
      flush
      title="Limits"
      description="Changing a limit doesn’t reset what counts against it. Both secrets of a rotation share it."
    >
      <SettingRows>
        <SettingRow
          label="Spend caps"
          hint="What it may spend"
          action={
            canEdit ? (
              <EditCaps
                apiKey={edited}
                caps={{
                  day: decimal(apiKey.caps.day),
                  week: decimal(apiKey.caps.week),
                  month: decimal(apiKey.caps.month),
                  total: decimal(apiKey.caps.total),
                }}
              />
            ) : null
          }
        >
          <Caps caps={state?.key?.caps ?? null} />
        </SettingRow>
        <SettingRow
          label="Rate limit"
          hint="Requests an hour, of this key"
          action={
            canEdit ? <EditRate apiKey={edited} requestsPerHour={apiKey.requestsPerHour} /> : null
          }
        >
          {state?.key?.hour ? (
            <Meters>
              <RequestMeter label="This hour" state={state.key.hour} isSliding />
            </Meters>
          ) : (
            <Unset>No limit of its own: the workspace’s applies.</Unset>
          )}
        </SettingRow>
        <SettingRow label="Workspace limits" hint="Shared by all its keys">
          <WorkspaceLimits state={state} />
        </SettingRow>
      </SettingRows>
    </Section>
  );
}

const capLabels: Record<CapInterval, string> = {
  day: "Today",
  week: "This week",
  month: "This month",
  total: "In total",
};

/** Whole dollars without their cents: `$100`. */
function usdText(nanos: bigint): string {
  return formatUsd(nanos).replace(/\.00$/, "");
}

function Caps({ caps }: { caps: Record<CapInterval, CapState | null> | null }) {
  const set = capIntervals.flatMap((interval) => {
    const cap = caps?.[interval];
    return cap ? [{ interval, ...cap }] : [];
  });
  if (set.length === 0) return <Unset>No cap: it can spend the workspace’s whole balance.</Unset>;
  return (
    <Meters>
      {set.map(({ interval, usedNanos, heldNanos, limitNanos, resetsAt }) => (
        <Meter
          key={interval}
          label={capLabels[interval]}
          used={usedNanos}
          held={heldNanos}
          limit={limitNanos}
          figures={`${formatUsd(usedNanos)} of ${usdText(limitNanos)}`}
          detail={
            <>
              {heldNanos > 0n ? `${formatUsd(heldNanos)} held · ` : null}
              {resetsAt ? (
                <>
                  resets <RelativeTime at={resetsAt} />
                </>
              ) : (
                "never resets"
              )}
            </>
          }
        />
      ))}
    </Meters>
  );
}

function Meters({ children }: { children: ReactNode }) {
  return <div className="grid max-w-xl gap-x-8 gap-y-3.5 sm:grid-cols-2">{children}</div>;
}

interface RequestMeterProps {
  label: string;
  state: RequestLimitState;
  /** The hour slides, so that it doesn't reset at once. */
  isSliding?: boolean;
}

function RequestMeter({ label, state, isSliding }: RequestMeterProps) {
  const { used, limit, resetsAt } = state;
  return (
    <Meter
      label={label}
      used={BigInt(used)}
      limit={BigInt(limit)}
      figures={`${countText(used)} of ${countText(limit)} requests`}
      detail={
        isSliding ? (
          "rolling, over the last 60 minutes"
        ) : resetsAt ? (
          <>
            resets <RelativeTime at={resetsAt} />
          </>
        ) : (
          "never resets"
        )
      }
    />
  );
}

function WorkspaceLimits({ state }: { state: LimitState | null }) {
  const limits = [
    { label: "This hour", limit: state?.hour, isSliding: true },
    { label: "Today", limit: state?.day },
    { label: "This month", limit: state?.month },
    { label: "In total", limit: state?.total },
  ].flatMap(({ limit, ...rest }) => (limit ? [{ limit, ...rest }] : []));
  if (limits.length === 0) return <Unset>None: your plan doesn’t limit requests.</Unset>;
  return (
    <Meters>
      {limits.map(({ label, limit, isSliding }) => (
        <RequestMeter key={label} label={label} state={limit} isSliding={isSliding ?? false} />
      ))}
    </Meters>
  );
}
