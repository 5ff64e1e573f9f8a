"use client";

import { useEffect, useSyncExternalStore } from "react";
import type { ToldZone } from "@/app/(dashboard)/reader-zone";
import { minuteMs } from "@/lib/time";
import { currentName, isZone } from "@/lib/usage/zone";

const never = () => () => undefined;
let wasTold = false;

/**
 * The browser's own time zone; while the page comes alive the one that the server took for it. Where the
 * two differ the server is told, so that the next page comes in the right one at once.
 */
export function useReaderZone(told: ToldZone): string {
  const zone = useSyncExternalStore(
    never,
    () => ownZone(told),
    () => told.name,
  );
  useEffect(() => {
    if (zone === told.name || wasTold) return;
    wasTold = true;
    fetch(`/api/reader-zone?zone=${encodeURIComponent(zone)}`).catch(() => {
      wasTold = false;
    });
  }, [zone, told]);
  return zone;
}

/** Asks for the zone's name only where the clock disagrees: a browser's first formatter takes up to 30 ms. */
function ownZone({ name, marks }: ToldZone): string {
  const isOwn = marks.every(
    ({ atMs, offsetMs }) => -new Date(atMs).getTimezoneOffset() * minuteMs === offsetMs,
  );
  if (isOwn) return name;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isZone(own) ? currentName(own) : name;
}
