"use client";

import { clsx } from "clsx";
import { ChartColumn } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { ReadError } from "@/app/(dashboard)/read-json";
import { BreakdownTable } from "@/app/(dashboard)/usage/breakdown-table";
import { CustomRange } from "@/app/(dashboard)/usage/custom-range";
import { groupNames } from "@/app/(dashboard)/usage/names";
import { type PageQuery, previousName } from "@/app/(dashboard)/usage/page-query";
import { ReadFailure, StaleNotice } from "@/app/(dashboard)/usage/read-failure";
import { UsageCards } from "@/app/(dashboard)/usage/usage-cards";
import { UsageFigure } from "@/app/(dashboard)/usage/usage-figure";
import { UsageCardsSkeleton, UsageChartSkeleton } from "@/app/(dashboard)/usage/usage-skeleton";
import { type InitialUsage, usePageQuery, useUsage } from "@/app/(dashboard)/usage/use-usage";
import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Segmented } from "@/components/segmented";
import { addMs, dayMs } from "@/lib/time";
import { planBuckets, rangeName } from "@/lib/usage/buckets";
import { formatDay, type UsageAnswer } from "@/lib/usage/schema";

const ranges = [
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 d" },
  { value: "30d", label: "30 d" },
  { value: "month", label: "Month" },
  { value: "custom", label: "Custom" },
] as const;

export interface UsageViewProps {
  /** Of the key that the address filters by, where it is one of the workspace's. */
  keyName: string | null;
  initial: InitialUsage | null;
}

/** The page: its head, the range, and what the figures' state leaves to show. */
export function UsageView({ keyName, initial }: UsageViewProps) {
  const [page, change] = usePageQuery();
  const query = page.parsed.ok ? page.parsed.query : null;
  const { data, error, isPlaceholderData, isRetrying, retry } = useUsage(query, initial);
  const fields = page.parsed.ok
    ? error instanceof ReadError
      ? error.fields
      : undefined
    : page.parsed.fields;
  // Until its figures are there, the range is named by the browser's clock.
  const period =
    data && !isPlaceholderData ? periodOf(data) : query ? planBuckets(query, new Date()) : null;

  function changeRange(range: PageQuery["range"]) {
    if (range !== "custom") return change({ range, from: "", to: "" });
    // A custom range starts as the one in sight, so that there is something to adjust.
    const today = formatDay(new Date());
    const from = period ? formatDay(period.from) : today;
    const to = period ? formatDay(addMs(period.until, -1)) : today;
    change({ range, from, to });
  }

  return (
    <>
      <PageHeader
        title="Usage"
        description={
          period
            ? `${rangeName(period.from, period.until, period.step)}, UTC. Totals equal Billing.`
            : "Days are UTC."
        }
        actions={
          <Segmented
            label="Range"
            options={ranges}
            value={page.range}
            onValueChange={changeRange}
          />
        }
      />
      {page.key === "" ? null : (
        <KeyFilter id={page.key} name={keyName} onRemove={() => change({ key: "" })} />
      )}
      {page.range === "custom" ? (
        <CustomRange
          key={`${page.from} ${page.to}`}
          from={page.from}
          to={page.to}
          fields={fields}
          onApply={(from, to) => change({ from, to })}
        />
      ) : null}
      {error && !data ? (
        fields ? null : (
          <ReadFailure error={error} retrying={isRetrying} onRetry={retry} />
        )
      ) : !data ? (
        query ? (
          <Loading />
        ) : null
      ) : (
        <div
          aria-busy={isPlaceholderData}
          className={clsx(
            "grid gap-4 transition-opacity duration-150",
            (isPlaceholderData || !query) && "opacity-50",
          )}
        >
          {error && !fields ? (
            <StaleNotice error={error} retrying={isRetrying} onRetry={retry} />
          ) : null}
          {data.hasUsage ? (
            <>
              <UsageCards answer={data} before={previousName(page.range, daysOf(data))} />
              <UsageFigure answer={data} page={page} change={change} />
              <BreakdownTable answer={data} groupName={groupNames[page.group]} />
            </>
          ) : (
            <NoUsage />
          )}
        </div>
      )}
    </>
  );
}

/** Says that only one key counts, and takes the filter away. */
function KeyFilter(props: { id: string; name: string | null; onRemove: () => void }) {
  const { id, name, onRemove } = props;
  return (
    <p className="-mt-1 mb-4 flex min-w-0 items-center gap-2 text-sm text-fg-2">
      <span className="shrink-0">Only the key</span>
      {name === null ? (
        <span className="font-medium">…{id.slice(-4)}, which isn’t one of yours</span>
      ) : (
        <Link
          href={`/keys/${id}` as Route}
          title={name}
          className="min-w-0 truncate rounded-sm font-medium text-fg underline-offset-3 hover:underline"
        >
          {name}
        </Link>
      )}
      <Button size="sm" onClick={onRemove}>
        Show all keys
      </Button>
    </p>
  );
}

function periodOf({ from, until, step }: UsageAnswer) {
  return { from: new Date(from), until: new Date(until), step };
}

function daysOf(answer: UsageAnswer): number {
  return Math.round((Date.parse(answer.until) - Date.parse(answer.from)) / dayMs);
}

function Loading() {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">Loading…</span>
      <UsageCardsSkeleton />
      <div className="rounded-lg border border-line p-4">
        <UsageChartSkeleton />
      </div>
    </div>
  );
}

function NoUsage() {
  return (
    <EmptyState
      icon={<ChartColumn />}
      title="No requests yet"
      action={
        <>
          <ButtonLink href="/keys" variant="primary">
            Go to API keys
          </ButtonLink>
          <ButtonLink href="/overview">Make the first request</ButtonLink>
        </>
      }
    >
      Cost, requests and tokens appear here within seconds of your first request.
    </EmptyState>
  );
}
