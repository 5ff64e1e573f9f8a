"use client";

import { isSessionEnded, ReadError, readJson } from "@/app/(dashboard)/read-json";
import { SignInLink } from "@/app/(dashboard)/sign-in-link";
import { LimitsSkeleton, limitsGridClass } from "@/app/(dashboard)/usage/limits-skeleton";
import { type LimitMeter, LimitsView } from "@/app/(dashboard)/usage/limits-view";
import { ButtonLink } from "@/components/button-link";
import { ErrorState } from "@/components/error-state";
import { Meter } from "@/components/meter";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { useRemote } from "@/components/use-remote";
import { countText } from "@/lib/count-text";
import { dayText } from "@/lib/day-text";
import { formatUsd } from "@/lib/money";

const refreshMs = 10_000;

/** What came with the page: the limits of the workspace and of the key that it was asked for. */
export interface InitialLimits {
  keyId: string;
  view: LimitsView | undefined;
}

export interface LimitsProps {
  /** The key that alone counts, or empty. */
  keyId: string;
  keyName: string | null;
  initial: InitialLimits;
}

/** How much of each limit is gone and when it starts anew. It loads, and fails, by itself. */
export function Limits({ keyId, keyName, initial }: LimitsProps) {
  const address = `/api/usage/limits${keyId === "" ? "" : `?key=${keyId}`}`;
  const { data, error, refetch, isRetrying } = useRemote({
    name: address,
    read: (signal) => readJson(LimitsView, address, signal),
    initial: keyId === initial.keyId ? initial.view : undefined,
    staleMs: refreshMs,
    everyMs: (state) => (isSessionEnded(state.error) ? false : refreshMs),
    mayRetry: (failure) => !isSessionEnded(failure),
  });
  return (
    <Section
      title="Limits"
      description="As of now, whatever range is shown above. Days and months start at 00:00 UTC."
      actions={
        <ButtonLink size="sm" href="/billing">
          See plans
        </ButtonLink>
      }
    >
      {data ? (
        <div className="grid gap-6">
          <Meters meters={data.workspace} />
          {data.key.length > 0 ? (
            <div>
              <h3 className="mb-3 truncate text-sm font-medium">
                Of the key {keyName ?? `…${keyId.slice(-4)}`} alone
              </h3>
              <Meters meters={data.key} />
            </div>
          ) : null}
        </div>
      ) : error ? (
        <ErrorState
          bare
          title="The limits didn't load"
          message={error.message}
          requestId={error instanceof ReadError ? error.requestId : undefined}
          {...(isSessionEnded(error)
            ? { action: <SignInLink /> }
            : { onRetry: () => void refetch(), retrying: isRetrying })}
        />
      ) : (
        <LimitsSkeleton />
      )}
    </Section>
  );
}

function Meters({ meters }: { meters: readonly LimitMeter[] }) {
  return (
    <div className={limitsGridClass}>
      {meters.map((meter) => (
        <LimitMeterView key={`${meter.unit} ${meter.interval}`} meter={meter} />
      ))}
    </div>
  );
}

const names: Record<LimitMeter["interval"], string> = {
  hour: "Requests, last 60 minutes",
  day: "Today",
  week: "This week",
  month: "This month",
  total: "In total",
  streams: "Open streams",
};

function LimitMeterView({ meter }: { meter: LimitMeter }) {
  const { interval, unit } = meter;
  const [used, held, limit] = [BigInt(meter.used), BigInt(meter.held), BigInt(meter.limit)];
  const text = (value: bigint) => (unit === "nanos" ? formatUsd(value) : countText(value));
  const isNamedByInterval = interval === "hour" || unit === "streams";
  const name = isNamedByInterval
    ? names[interval]
    : `${unit === "nanos" ? "Spend" : "Requests"}, ${names[interval].toLowerCase()}`;
  return (
    <Meter
      label={name}
      used={used}
      held={held}
      limit={limit}
      figures={`${text(used)} of ${text(limit)}`}
      detail={
        <>
          {held > 0n ? `${text(held)} held · ` : null}
          <ResetText meter={meter} isFull={used + held >= limit} />
        </>
      }
    />
  );
}

/** When there is room again, with the exact instant beside how long it takes. */
function ResetText({ meter, isFull }: { meter: LimitMeter; isFull: boolean }) {
  const { interval, resetsAt } = meter;
  if (interval === "streams") return <>falls as streams end</>;
  if (interval === "hour") {
    return isFull && resetsAt ? (
      <>
        room again <RelativeTime at={resetsAt} />
      </>
    ) : (
      <>slides with every minute</>
    );
  }
  if (!resetsAt) return <>never resets</>;
  return (
    <>
      resets <RelativeTime at={resetsAt} />, {resetText(resetsAt)}
    </>
  );
}

/** `22 Nov, 00:00 UTC`. */
function resetText(at: string): string {
  return `${dayText(new Date(at))}, ${at.slice(11, 16)} UTC`;
}
