"use client";

import { ChevronsUpDown } from "lucide-react";
import { memo, useEffect, useEffectEvent, useState } from "react";
import { controlClass } from "@/components/control-class";
import { currentName, utc } from "@/lib/usage/zone";

export interface ZoneSelectProps {
  /** The zone that counts. */
  zone: string;
  readerZone: string;
  onChange: (zone: string) => void;
}

/** When the list is there even if nobody came near it. */
const listAfterMs = 5_000;

/**
 * The platform's own select over all zones that the browser knows: it finds them by typing, and is the
 * best menu on a phone. The list is the browser's and long, so it comes when somebody is about to open it,
 * or once the page has long come alive.
 */
export function ZoneSelect({ zone, readerZone, onChange }: ZoneSelectProps) {
  const [others, setOthers] = useState<readonly string[]>([]);
  const near = [...new Set([readerZone, utc, zone])];
  const isListed = others.length > 0;
  const list = () => {
    if (!isListed) setOthers(Intl.supportedValuesOf("timeZone").map(currentName).sort());
  };
  const listLate = useEffectEvent(list);
  useEffect(() => {
    const timer = setTimeout(listLate, listAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <span className="relative block w-44 max-md:w-full">
      <select
        aria-label="Time zone"
        value={zone}
        title={zone}
        onPointerEnter={list}
        onPointerDown={list}
        onFocus={list}
        onChange={(event) => onChange(event.target.value)}
        className={`${controlClass} h-8 appearance-none truncate pr-8 text-sm`}
      >
        {near.map((name) => (
          <option key={name} value={name}>
            {labelOf(name, name === readerZone && name !== utc)}
          </option>
        ))}
        {isListed ? <Others names={others} /> : null}
      </select>
      <ChevronsUpDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-fg-3"
      />
    </span>
  );
}

/** Hundreds of elements that never change: they are drawn once. */
const Others = memo(function Others({ names }: { names: readonly string[] }) {
  return (
    <optgroup label="All time zones">
      {names.map((name) => (
        <option key={name} value={name}>
          {labelOf(name)}
        </option>
      ))}
    </optgroup>
  );
});

/** `Europe/Berlin`, `America/New York`. */
function labelOf(zone: string, isOwn = false): string {
  return `${zone.replaceAll("_", " ")}${isOwn ? " (yours)" : ""}`;
}
