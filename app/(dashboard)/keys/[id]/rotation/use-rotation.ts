"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import {
  type RotationView,
  readRotation,
  rotationPhase,
} from "@/app/(dashboard)/keys/[id]/rotation/rotation-view";
import { isSessionEnded } from "@/app/(dashboard)/read-json";

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
  const query = useQuery({
    // What the page was drawn with begins a reading of its own, so that an act shows at once.
    queryKey: ["rotation", keyId, initial.now],
    queryFn: ({ signal }) => readRotation(keyId, signal),
    initialData: initial,
    refetchInterval: ({ state }) =>
      isSessionEnded(state.error) || (state.data && rotationPhase(state.data).name === "none")
        ? false
        : pollMs,
    refetchOnWindowFocus: "always",
    retry: false,
  });
  const drawn = rotationPhase(initial).name;
  const shown = rotationPhase(query.data).name;
  useEffect(() => {
    if (shown !== drawn) router.refresh();
  }, [shown, drawn, router]);
  return { rotation: query.data, isStale: query.isError };
}
