"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Failure } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { toast } from "@/components/toast";
import type { ActionResult } from "@/lib/result";

export interface Act {
  /** Why the last attempt was refused. */
  failure: Failure | undefined;
  /** Runs an action; says `done` and calls `onDone` where it succeeded. Never throws. */
  run: (action: Promise<ActionResult<unknown>>, done: string) => Promise<void>;
}

/** One act of a dialog: what it answers is shown in the dialog, or ends it. */
export function useAct(onDone: () => void): Act {
  const router = useRouter();
  const [failure, setFailure] = useState<Failure>();
  async function run(action: Promise<ActionResult<unknown>>, done: string) {
    setFailure(undefined);
    const result = await action.catch(unreachable);
    if (!result.ok) {
      setFailure(result.error);
      // What stands behind the dialog was changed by somebody else.
      if (result.error.code === "CONFLICT") router.refresh();
      return;
    }
    toast.success(done);
    onDone();
  }
  return { failure, run };
}
