import { clsx } from "clsx";
import { buildPlanChange } from "@/app/(dashboard)/billing/plan-change";
import { PlanSwitch } from "@/app/(dashboard)/billing/plan-switch";
import { limitTexts } from "@/app/(dashboard)/billing/plan-text";
import { Badge } from "@/components/badge";
import { buttonClass } from "@/components/button-class";
import { Meter } from "@/components/meter";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import type { PlanView } from "@/lib/billing/queries";
import type { LimitState, RequestLimitState } from "@/lib/budgets/state";
import { countText } from "@/lib/count-text";

export interface PlansProps {
  plans: readonly PlanView[];
  /** How the limits of the current plan stand. */
  state: LimitState | null;
  canChange: boolean;
  supportEmail: string;
}

/** The plans side by side, the current one with what of its limits is used. */
export function Plans({ plans, state, canChange, supportEmail }: PlansProps) {
  const current = plans.find((plan) => plan.isCurrent);
  return (
    <Section
      flush
      title="Plan"
      description="No plan has a fee, and models cost the same on each. A plan sets your request limits."
    >
      <ul className="grid gap-px bg-line md:grid-cols-3">
        {plans.map((plan) => (
          <li
            key={plan.id}
            aria-current={plan.isCurrent ? "true" : undefined}
            className={clsx("flex flex-col gap-3 p-4", plan.isCurrent ? "bg-panel" : "bg-bg")}
          >
            <div className="flex h-5 items-center justify-between gap-3">
              <h3 className="font-medium">{plan.name}</h3>
              {plan.isCurrent ? <Badge>Current plan</Badge> : null}
            </div>
            <ul className="grid gap-1 text-sm text-fg-2 tabular-nums">
              {limitTexts(plan).map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
            {plan.isCurrent && state ? <Used state={state} /> : null}
            {plan.isCurrent ? null : (
              <div className="mt-auto pt-1">
                <Way
                  plan={plan}
                  current={current}
                  state={state}
                  canChange={canChange}
                  supportEmail={supportEmail}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** How to get on another plan: by oneself, or by asking. */
function Way(props: Omit<PlansProps, "plans"> & { plan: PlanView; current: PlanView | undefined }) {
  const { plan, current, state, canChange, supportEmail } = props;
  if (plan.isSelfService && current?.isSelfService) {
    return canChange ? (
      <PlanSwitch change={buildPlanChange(current, plan, state)} />
    ) : (
      <p className="text-xs text-fg-3">Owners, admins and billing members can switch.</p>
    );
  }
  return (
    <a
      href={`mailto:${supportEmail}?subject=${encodeURIComponent(`${plan.name} plan`)}`}
      aria-label={`Contact us about ${plan.name}`}
      className={buttonClass({ size: "sm" })}
    >
      Contact us
    </a>
  );
}

function Used({ state }: { state: LimitState }) {
  const meters = [
    { label: "Last 60 minutes", limit: state.hour, isSliding: true },
    { label: "Today", limit: state.day },
    { label: "This month", limit: state.month },
    { label: "In total", limit: state.total },
  ].flatMap(({ limit, ...rest }) => (limit ? [{ limit, ...rest }] : []));
  if (meters.length === 0) return null;
  return (
    <div className="mt-auto grid gap-3 pt-1 text-sm">
      {meters.map(({ label, limit, isSliding }) => (
        <Meter
          key={label}
          label={label}
          used={BigInt(limit.used)}
          limit={BigInt(limit.limit)}
          figures={`${countText(limit.used)} of ${countText(limit.limit)}`}
          detail={isSliding ? "requests, rolling" : <Reset limit={limit} />}
        />
      ))}
    </div>
  );
}

function Reset({ limit }: { limit: RequestLimitState }) {
  if (!limit.resetsAt) return "requests, never resets";
  return (
    <>
      requests, resets <RelativeTime at={limit.resetsAt} />
    </>
  );
}
