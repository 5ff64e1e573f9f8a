"use client";

import { X } from "lucide-react";
import { CustomSpan } from "@/app/(dashboard)/logs/custom-span";
import { useLogSelection } from "@/app/(dashboard)/logs/use-log-address";
import type { ToldZone } from "@/app/(dashboard)/reader-zone";
import { useReaderZone } from "@/app/(dashboard)/use-reader-zone";
import { Button } from "@/components/button";
import { Segmented } from "@/components/segmented";
import { Select, type SelectOption } from "@/components/select";
import { Spinner } from "@/components/spinner";

/** What the filters are set to, and what can be chosen. */
export interface LogFiltersProps {
  values: {
    status: string;
    key: string;
    model: string;
    endpoint: string;
    env: "" | "live" | "test";
    range: string;
    from: string;
    to: string;
    tz: string;
  };
  keys: SelectOption[];
  models: string[];
  endpoints: string[];
  statuses: SelectOption[];
  readerZone: ToldZone;
  isFiltered: boolean;
}

const ranges: SelectOption[] = [
  { value: "all", label: "Any time" },
  { value: "1h", label: "Last hour" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "custom", label: "Custom…" },
];

const environments = [
  { value: "", label: "Both" },
  { value: "live", label: "Live" },
  { value: "test", label: "Test" },
] as const;

const noFilters = {
  ...{ status: "", key: "", model: "", endpoint: "", env: "" },
  ...{ range: "", from: "", to: "", tz: "" },
};

/** The names as options, with the chosen one among them whatever it is. */
function optionsOf(all: string, names: readonly string[], chosen: string): SelectOption[] {
  const known = chosen === "" || names.includes(chosen) ? names : [chosen, ...names];
  return [{ value: "", label: all }, ...known.map((name) => ({ value: name, label: name }))];
}

/** What leaves requests out. Each choice is an address of its own, so Back undoes it. */
export function LogFilters(props: LogFiltersProps) {
  const { values, keys, models, endpoints, statuses, isFiltered } = props;
  const { select, isPending } = useLogSelection();
  const zone = useReaderZone(props.readerZone);
  const { status, key, model, endpoint, env, range } = values;
  const selectClass = "w-36 max-md:w-[calc(50%-0.25rem)] [&_select]:truncate [&_select]:text-sm";
  return (
    <div data-print="hide" className="mb-3 grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="Time"
          options={ranges}
          value={range}
          onChange={({ target }) => select({ ...noSpan, range: rangeText(target.value) })}
          className={selectClass}
        />
        <Select
          aria-label="Status"
          options={statuses}
          value={status}
          onChange={({ target }) => select({ status: target.value })}
          className={selectClass}
        />
        <Select
          aria-label="Key"
          options={keys}
          value={key}
          onChange={({ target }) => select({ key: target.value })}
          className={selectClass}
        />
        <Select
          aria-label="Model"
          options={optionsOf("Any model", models, model)}
          value={model}
          onChange={({ target }) => select({ model: target.value })}
          className={selectClass}
        />
        <Select
          aria-label="Endpoint"
          options={optionsOf("Any endpoint", endpoints, endpoint)}
          value={endpoint}
          onChange={({ target }) => select({ endpoint: target.value })}
          className={selectClass}
        />
        <Segmented
          label="Environment"
          options={environments}
          value={env}
          onValueChange={(value) => select({ env: value })}
        />
        {isFiltered ? (
          <Button variant="ghost" onClick={() => select(noFilters)}>
            <X aria-hidden />
            Clear filters
          </Button>
        ) : null}
        {isPending ? <Spinner label="Loading" /> : null}
      </div>
      {range === "custom" ? (
        <CustomSpan
          key={`${values.from} ${values.to}`}
          from={values.from}
          to={values.to}
          zone={values.tz || zone}
          onApply={(from, to) => select({ range: "custom", from, to, tz: values.tz || zone })}
        />
      ) : null}
    </div>
  );
}

const noSpan = { from: "", to: "", tz: "" };

function rangeText(value: string): string {
  return value === "all" ? "" : value;
}
