"use client";

import { clsx } from "clsx";
import { ChartColumn, SearchX } from "lucide-react";
import type { Route } from "next";
import { lazy, memo, Suspense, useDeferredValue } from "react";
import { pageHeads } from "@/app/(dashboard)/page-heads";
import { ReadError } from "@/app/(dashboard)/read-json";
import type { ToldZone } from "@/app/(dashboard)/reader-zone";
import { BreakdownTable } from "@/app/(dashboard)/usage/breakdown-table";
import { DrillLink } from "@/app/(dashboard)/usage/drill-link";
import { ExportButton } from "@/app/(dashboard)/usage/export-button";
import { Filters, noFilters } from "@/app/(dashboard)/usage/filters";
import { type InitialLimits, Limits } from "@/app/(dashboard)/usage/limits";
import {
  activeFilters,
  type PageQuery,
  type PageState,
  previousName,
} from "@/app/(dashboard)/usage/page-query";
import { ReadFailure, StaleNotice } from "@/app/(dashboard)/usage/read-failure";
import { UsageCards } from "@/app/(dashboard)/usage/usage-cards";
import { UsageFigure } from "@/app/(dashboard)/usage/usage-figure";
import { UsageCardsSkeleton, UsageFigureSkeleton } from "@/app/(dashboard)/usage/usage-skeleton";
import {
  type InitialUsage,
  useLatencies,
  usePageQuery,
  useUsage,
} from "@/app/(dashboard)/usage/use-usage";
import { ZoneSelect } from "@/app/(dashboard)/usage/zone-select";
import { useReaderZone } from "@/app/(dashboard)/use-reader-zone";
import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { Segmented } from "@/components/segmented";
import { daysBetween } from "@/lib/usage/buckets";
import type { UsageAnswer, UsageLatencies } from "@/lib/usage/schema";
import { utc, wallClock } from "@/lib/usage/zone";

/** Fetched where the range is one's own. */
const CustomRange = lazy(async () => {
  const part = await import("@/app/(dashboard)/usage/custom-range");
  return { default: part.CustomRange };
});

const ranges = [
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 d" },
  { value: "30d", label: "30 d" },
  { value: "month", label: "Month" },
  { value: "custom", label: "Custom" },
] as const;

export interface UsageViewProps {
  /** The reader's time zone as the server knows it. */
  readerZone: ToldZone;
  initial: InitialUsage | null;
  limits: InitialLimits;
}

/** The page: its head, the range, and what the figures' state leaves to show. */
export function UsageView({ readerZone: told, initial, limits }: UsageViewProps) {
  const readerZone = useReaderZone(told);
  const [page, change] = usePageQuery(readerZone);
  const query = page.parsed.ok ? page.parsed.query : null;
  const { data, error, isPlaceholderData, isRetrying, retry } = useUsage({ query, initial });
  const fields = page.parsed.ok
    ? error instanceof ReadError
      ? error.fields
      : undefined
    : page.parsed.fields;
  const current = isPlaceholderData ? undefined : data;
  const latencies = useLatencies(query, current);
  // The form moves all that is below it, so it comes and goes after what was pressed is shown.
  const { range, from, to } = useDeferredValue(page);

  return (
    <>
      <PageHeader
        title={pageHeads.usage.title}
        description={<Description answer={data} zone={page.zone} />}
        actions={
          <>
            <ZoneSelect
              zone={page.zone}
              readerZone={readerZone}
              onChange={(zone) => change({ tz: zone === readerZone ? "" : zone })}
            />
            <Segmented
              label="Range"
              options={ranges}
              value={page.range}
              onValueChange={(value) => change(rangeChange(value, current, page.zone))}
            />
            <ExportButton query={data?.hasUsage ? query : null} />
          </>
        }
      />
      <Filters page={page} keyName={current?.keyName} change={change} />
      {range === "custom" ? (
        <Suspense>
          <CustomRange
            key={`${from} ${to}`}
            from={from}
            to={to}
            fields={fields}
            onApply={(from, to) => change({ from, to })}
          />
        </Suspense>
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
            // Covered once it lasts, and not by its own opacity, which would take each of its parts apart to be drawn.
            "relative grid gap-4 after:pointer-events-none after:invisible after:absolute after:inset-0 after:z-10 after:bg-bg/50",
            (isPlaceholderData || !query) &&
              "after:visible after:transition-[visibility] after:delay-150 after:duration-0",
          )}
        >
          {error && !fields ? (
            <StaleNotice error={error} retrying={isRetrying} onRetry={retry} />
          ) : null}
          {data.hasUsage ? (
            <Figures answer={data} latencies={latencies} page={page} change={change} />
          ) : (
            <NoUsage />
          )}
        </div>
      )}
      <div className="mt-4">
        <Limits keyId={page.key} keyName={current?.keyName ?? null} initial={limits} />
      </div>
    </>
  );
}

interface FiguresProps {
  answer: UsageAnswer;
  latencies: UsageLatencies | undefined;
  page: PageQuery;
  change: (change: Partial<PageState>) => void;
}

/** What a press doesn't change is drawn again when figures come. */
const Cards = memo(UsageCards);

/** Cards, chart and breakdown of one answer. What was pressed shows at once, and the rest when it is ready. */
function Figures({ answer, latencies, page, change }: FiguresProps) {
  const shown = useDeferredValue(page);
  const before = previousName(page.range, daysBetween(answer.firstDay, answer.lastDay) + 1);
  const isFiltered = activeFilters(page).length > 0;
  return (
    <>
      <Cards answer={answer} latency={latencies?.all} before={before} />
      <UsageFigure answer={answer} page={page} change={change} before={before} />
      {answer.series.length > 0 ? (
        <Breakdown answer={answer} latencies={latencies} page={shown} change={change} />
      ) : isFiltered ? (
        <EmptyState
          icon={<SearchX />}
          title="Nothing matches"
          action={<Button onClick={() => change(noFilters)}>Clear filters</Button>}
        >
          Remove a filter, or choose another range.
        </EmptyState>
      ) : null}
    </>
  );
}

/** The table with a way into each group. */
const Breakdown = memo(function Breakdown({ answer, latencies, page, change }: FiguresProps) {
  return (
    <BreakdownTable
      answer={answer}
      latencies={latencies}
      linkOf={(series, name) => (
        <DrillLink page={page} group={answer.group} series={series} name={name} change={change} />
      )}
    />
  );
});

/** What is in sight, in whose days, and how it relates to Billing's. */
function Description({ answer, zone }: { answer: UsageAnswer | undefined; zone: string }) {
  return (
    <>
      <span className="block">{pageHeads.usage.description}</span>
      <span className="block max-w-[28rem]">{daysText(answer, zone)}</span>
    </>
  );
}

function daysText(answer: UsageAnswer | undefined, zone: string): string {
  if (!answer) return zone === utc ? "Days are UTC." : `Days of ${zone.replaceAll("_", " ")}.`;
  const { name } = answer;
  return answer.zone === utc
    ? `${name}, UTC. Totals equal Billing.`
    : `${name}. Equal to Billing, which counts UTC days.`;
}

/** A custom range starts as the one in sight, so that there is something to adjust. */
function rangeChange(
  range: PageState["range"],
  answer: UsageAnswer | undefined,
  zone: string,
): Partial<PageState> {
  if (range !== "custom") return { range, from: "", to: "" };
  const today = wallClock(zone, new Date()).day;
  return { range, from: answer?.firstDay ?? today, to: answer?.lastDay ?? today };
}

function Loading() {
  return (
    <div role="status" className="grid gap-4">
      <span className="sr-only">Loading…</span>
      <UsageCardsSkeleton />
      <UsageFigureSkeleton />
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
          <ButtonLink href={"/docs/quickstart" as Route} variant="primary">
            Send the first request
          </ButtonLink>
          <ButtonLink href="/keys">Go to API keys</ButtonLink>
        </>
      }
    >
      Cost, requests, tokens, errors and latency appear here within seconds of your first request,
      by key, model, endpoint and status.
    </EmptyState>
  );
}
