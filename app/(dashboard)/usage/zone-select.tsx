"use client";

import { ChevronsUpDown } from "lucide-react";
import { startTransition, useEffect, useState } from "react";
import { controlClass } from "@/components/control-class";
import { currentName, utc } from "@/lib/usage/zone";

export interface ZoneSelectProps {
  /** The zone that counts. */
  zone: string;
  readerZone: string;
  onChange: (zone: string) => void;
}

/**
 * The platform's own select over all zones that the browser knows: it finds them by typing, and is the
 * best menu on a phone. Their list is the browser's, so it comes when the page has come alive.
 */
export function ZoneSelect({ zone, readerZone, onChange }: ZoneSelectProps) {
  const [others, setOthers] = useState<readonly string[]>([]);
  const near = [...new Set([readerZone, utc, zone])];
  useEffect(() => {
    startTransition(() => setOthers(Intl.supportedValuesOf("timeZone").map(currentName).sort()));
  }, []);
  return (
    <span className="relative block w-44 max-md:w-full">
      <select
        aria-label="Time zone"
        value={zone}
        title={zone}
        onChange={(event) => onChange(event.target.value)}
        className={`${controlClass} h-8 appearance-none truncate pr-8 text-sm`}
      >
        {near.map((name) => (
          <option key={name} value={name}>
            {labelOf(name, name === readerZone && name !== utc)}
          </option>
        ))}
        {others.length > 0 ? (
          <optgroup label="All time zones">
            {others
              .filter((name) => !near.includes(name))
              .map((name) => (
                <option key={name} value={name}>
                  {labelOf(name)}
                </option>
              ))}
          </optgroup>
        ) : null}
      </select>
      <ChevronsUpDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-fg-3"
      />
    </span>
  );
}

/** `Europe/Berlin`, `America/New York`. */
function labelOf(zone: string, isOwn = false): string {
  return `${zone.replaceAll("_", " ")}${isOwn ? " (yours)" : ""}`;
}
