"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import {
  type RotationView,
  readRotation,
  rotationPhase,
} from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import { isSessionEnded } from "@/app/(dashboard)/read-json";
import { useRemote } from "@/components/use-remote";

const pollMs = 2_000;

export interface LiveRotation {
  rotation: RotationView;
  /** The last attempt to refresh failed; what is shown may be old. */
  isStale: boolean;
}

/**
 * How the rotation stands, asked for again every two seconds while one is under way and the page is
 * in sight. A step that happens elsewhere, such as the first request with the new secret, draws the
 * rest of the page anew as well.
 */
export function useRotation(keyId: string, initial: RotationView): LiveRotation {
  const router = useRouter();
  const { data = initial, error } = useRemote({
    // What the page was drawn with begins a reading of its own, so that an act shows at once.
    name: `${keyId} ${initial.now}`,
    read: (signal) => readRotation(keyId, signal),
    initial,
    staleMs: pollMs,
    everyMs: (state) =>
      isSessionEnded(state.error) || (state.data && rotationPhase(state.data).name === "none")
        ? false
        : pollMs,
  });
  const drawn = rotationPhase(initial).name;
  const shown = rotationPhase(data).name;
  useEffect(() => {
    if (shown !== drawn) router.refresh();
  }, [shown, drawn, router]);
  return { rotation: data, isStale: error !== null };
}
