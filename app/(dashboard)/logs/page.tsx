import { ScrollText, SearchX } from "lucide-react";
import type { Metadata, Route } from "next";
import { LiveSwitch } from "@/app/(dashboard)/logs/live-switch";
import { LogFilters } from "@/app/(dashboard)/logs/log-filters";
import { LogView } from "@/app/(dashboard)/logs/log-view";
import { LogsSkeleton } from "@/app/(dashboard)/logs/logs-skeleton";
import { readLog } from "@/app/(dashboard)/logs/read-log";
import { RequestLookup } from "@/app/(dashboard)/logs/request-lookup";
import { pageHeads } from "@/app/(dashboard)/page-heads";
import { readToldZone } from "@/app/(dashboard)/reader-zone";
import { statusTitles } from "@/app/docs/failure-notes";
import { soon } from "@/app/soon";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import type { SelectOption } from "@/components/select";
import { getDb } from "@/db/client";
import { requirePageScope } from "@/lib/auth/session";
import { operations } from "@/lib/gateway/routes/openapi";
import { listModelIds } from "@/lib/models/queries";
import {
  errorStatuses,
  fromTheTop,
  hasFilters,
  type LogState,
  logQueryText,
  readLogState,
} from "@/lib/usage/request-log";
import { type LogKey, listLogKeys } from "@/lib/usage/request-log-queries";

export const metadata: Metadata = { title: "Logs" };

/** Every endpoint that asks for a key; without one nobody knows whose request it was. */
const endpoints = [
  ...new Set(operations.filter(({ scope }) => scope !== null).map(({ path }) => path)),
];

export default function LogsPage(props: PageProps<"/logs">) {
  return soon(LogsContent(props), <LogsSkeleton />);
}

async function LogsContent({ searchParams }: PageProps<"/logs">) {
  const scope = await requirePageScope("logs.read");
  const params = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    ),
  );
  const state = readLogState(params);
  const readerZone = await readToldZone();
  const db = getDb();
  const [page, keys, models] = await Promise.all([
    readLog(db, scope, state, readerZone.name),
    listLogKeys(db, scope, state.key),
    listModelIds(db),
  ]);
  const isNewest = page.newer === null;
  const isFiltered = hasFilters(state);
  return (
    <>
      <PageHeader
        {...pageHeads.logs}
        actions={
          <>
            <RequestLookup />
            <LiveSwitch />
          </>
        }
      />
      <LogFilters
        values={state}
        keys={keyOptions(keys, state.key)}
        models={models}
        endpoints={endpoints}
        statuses={statusOptions(state.status)}
        readerZone={readerZone}
        isFiltered={isFiltered}
      />
      <LogView
        // Another selection is another list; opening a request or going live isn't.
        key={logQueryText({ ...state, live: "", request: "" })}
        page={page}
        readerZone={readerZone}
        isNewest={isNewest}
        empty={<Nothing state={state} isFiltered={isFiltered} />}
      />
    </>
  );
}

function Nothing({ state, isFiltered }: { state: LogState; isFiltered: boolean }) {
  if (state.before !== "") {
    const query = logQueryText(fromTheTop(state));
    return (
      <EmptyState
        icon={<ScrollText />}
        title="There is nothing older"
        action={
          <ButtonLink href={(query === "" ? "/logs" : `/logs?${query}`) as Route}>
            Back to the newest
          </ButtonLink>
        }
      />
    );
  }
  if (isFiltered) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No request matches"
        action={<ButtonLink href={"/logs" as Route}>Show all requests</ButtonLink>}
      >
        Choose another time, or fewer filters.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<ScrollText />}
      title="No requests yet"
      action={
        <ButtonLink variant="primary" href={"/docs/quickstart" as Route}>
          Send the first request
        </ButtonLink>
      }
    >
      Each request appears here when it ends, with what it cost or why it was refused.
    </EmptyState>
  );
}

function keyOptions(keys: readonly LogKey[], chosen: string): SelectOption[] {
  const isKnown = chosen === "" || keys.some(({ id }) => id === chosen);
  return [
    { value: "", label: "Any key" },
    ...(isKnown ? [] : [{ value: chosen, label: `…${chosen.slice(-4)}, not one of yours` }]),
    ...keys.map(({ id, name, last4 }) => ({ value: id, label: `${name} …${last4}` })),
  ];
}

const classOptions: SelectOption[] = [
  { value: "", label: "Any status" },
  { value: "2", label: "2xx succeeded" },
  { value: "4", label: "4xx refused" },
  { value: "5", label: "5xx failed" },
];

function statusOptions(chosen: string): SelectOption[] {
  const codes = errorStatuses
    .filter((code) => statusTitles[code] !== undefined || code === 499)
    .map((code) => ({
      value: String(code),
      label: `${code} ${statusTitles[code] ?? "Client closed request"}`,
    }));
  const options = [...classOptions, ...codes];
  if (options.some(({ value }) => value === chosen)) return options;
  return [...options, { value: chosen, label: chosen }];
}
