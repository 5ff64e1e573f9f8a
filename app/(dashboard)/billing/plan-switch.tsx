"use client";

import { ArrowRight } from "lucide-react";
import { changePlanAction } from "@/app/(dashboard)/billing/actions";
import type { PlanChange } from "@/app/(dashboard)/billing/plan-change";
import { useDialogAddress } from "@/app/(dashboard)/billing/use-dialog-address";
import { useAct } from "@/app/(dashboard)/keys/[id]/use-act";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { ConfirmDialog } from "@/components/confirm-dialog";

/** Switches to another plan after saying what that changes. The address says which is asked about. */
export function PlanSwitch({ change }: { change: PlanChange }) {
  const [asked, setAsked] = useDialogAddress("plan");
  const act = useAct(() => setAsked(null));
  const { planId, planName, differences, exceeded } = change;
  return (
    <>
      <Button size="sm" onClick={() => setAsked(planId)}>
        Switch to {planName}
      </Button>
      <ConfirmDialog
        open={asked === planId}
        onOpenChange={(open) => setAsked(open ? planId : null)}
        tone="primary"
        title={`Switch to ${planName}?`}
        confirmLabel="Switch plan"
        failure={act.failure ? <FailureCallout failure={act.failure} /> : null}
        onConfirm={() => act.run(changePlanAction({ planId }), `You are on ${planName} now`)}
      >
        <p>It holds from the next request on. Switching costs nothing, and prices stay the same.</p>
        {differences.length > 0 ? <Differences differences={differences} /> : null}
        {exceeded.length > 0 ? (
          <Callout tone="amber" title="Requests would be refused at first">
            {exceeded.join(" ")} What is used keeps counting.
          </Callout>
        ) : null}
      </ConfirmDialog>
    </>
  );
}

function Differences({ differences }: Pick<PlanChange, "differences">) {
  return (
    <dl className="my-1 divide-y divide-line rounded-lg border border-line text-sm">
      {differences.map(({ label, from, to }) => (
        <div key={label} className="flex items-center justify-between gap-4 px-3 py-2">
          <dt>{label}</dt>
          <dd className="flex items-center gap-2 tabular-nums">
            <span>{from}</span>
            <ArrowRight aria-label="becomes" className="size-3.5 text-fg-3" />
            <span className="font-medium text-fg">{to}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
