"use client";

import { useEffect, useSyncExternalStore } from "react";
import { currentName, isZone } from "@/lib/usage/zone";

const never = () => () => undefined;
let wasTold = false;

/**
 * The browser's own time zone; while the page comes alive the one that the server took for it. Where the
 * two differ the server is told, so that the next page comes in the right one at once.
 */
export function useReaderZone(told: string): string {
  const zone = useSyncExternalStore(
    never,
    () => {
      const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
      return isZone(own) ? currentName(own) : told;
    },
    () => told,
  );
  useEffect(() => {
    if (zone === told || wasTold) return;
    wasTold = true;
    fetch(`/api/reader-zone?zone=${encodeURIComponent(zone)}`).catch(() => {
      wasTold = false;
    });
  }, [zone, told]);
  return zone;
}
