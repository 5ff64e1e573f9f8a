import { clsx } from "clsx";
import { Badge } from "@/components/badge";
import { Section } from "@/components/section";
import type { PlanView } from "@/lib/billing/queries";

const countFormat = new Intl.NumberFormat("en-US");

/** The plans side by side. They differ in how many requests an hour may have; prices don't. */
export function Plans({
  plans,
  supportEmail,
}: {
  plans: readonly PlanView[];
  supportEmail: string;
}) {
  return (
    <Section
      flush
      title="Plan"
      description="Models cost the same on every plan. The plan sets how many requests an hour pass."
    >
      <ul className="grid gap-px bg-line md:grid-cols-3">
        {plans.map((plan) => (
          <li
            key={plan.id}
            aria-current={plan.isCurrent ? "true" : undefined}
            className={clsx("p-4", plan.isCurrent ? "bg-panel" : "bg-bg")}
          >
            <div className="flex h-5 items-center justify-between gap-3">
              <h3 className="font-medium">{plan.name}</h3>
              {plan.isCurrent ? (
                <Badge>Current plan</Badge>
              ) : (
                <a
                  href={`mailto:${supportEmail}?subject=${encodeURIComponent(`${plan.name} plan`)}`}
                  aria-label={`Contact us about ${plan.name}`}
                  className="rounded-sm text-sm text-accent underline-offset-2 hover:underline"
                >
                  Contact us
                </a>
              )}
            </div>
            <p className="mt-1 text-sm text-fg-2 tabular-nums">
              {plan.requestsPerHour === null
                ? "Custom requests an hour"
                : `${countFormat.format(plan.requestsPerHour)} requests an hour`}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
