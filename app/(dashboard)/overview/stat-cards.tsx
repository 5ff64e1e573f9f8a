import { readBalance, readPace } from "@/app/(dashboard)/overview/reads";
import { ExactMoney } from "@/components/exact-money";
import { Progress } from "@/components/progress";
import { StatCard } from "@/components/stat-card";
import { getDb } from "@/db/client";
import { countText } from "@/lib/count-text";
import { formatUsd, formatUsdExact } from "@/lib/money";
import type { Scope } from "@/lib/scope";
import { changeSince, errorRateText, usageCostText } from "@/lib/usage/figures";
import { getHourlyRate } from "@/lib/usage/overview-queries";

interface CardProps {
  scope: Scope;
}

export async function BalanceCard({ scope, className }: CardProps & { className: string }) {
  const balance = await readBalance(scope);
  return (
    <StatCard
      label="Balance"
      className={className}
      value={<ExactMoney nanos={balance.balanceNanos.toString()} />}
      detail={balance.runway ?? "Nothing spent in the last 7 days"}
      tone={balance.tone}
    />
  );
}

const arrows = { up: "↑", down: "↓", same: "±" } as const;

export async function MonthCard({ scope }: CardProps) {
  const { monthNanos, previousMonthNanos } = await readPace(scope);
  const change = changeSince(monthNanos, previousMonthNanos);
  return (
    <StatCard
      label="Spent this month"
      value={
        <span title={formatUsdExact(monthNanos)} data-nanos={monthNanos.toString()}>
          {usageCostText(monthNanos)}
        </span>
      }
      detail={
        change ? (
          <span title={`${formatUsd(previousMonthNanos)} by this day of last month`}>
            {arrows[change.direction]} {change.text} on last month
          </span>
        ) : (
          "Nothing by this day of last month"
        )
      }
    />
  );
}

export async function TodayCard({ scope }: CardProps) {
  const { requestsToday, requests24h } = await readPace(scope);
  return (
    <StatCard
      label="Requests today"
      value={countText(requestsToday)}
      detail={`${countText(requests24h)} in 24 hours`}
    />
  );
}

/** One failure in a hundred is worth a look, one in twenty is trouble. */
function errorTone(errors: bigint, requests: bigint): "neutral" | "amber" | "red" {
  if (errors * 20n > requests) return "red";
  return errors * 100n > requests ? "amber" : "neutral";
}

export async function ErrorRateCard({ scope }: CardProps) {
  const { errors24h, requests24h } = await readPace(scope);
  return (
    <StatCard
      label="Errors, 24 h"
      value={errorRateText(errors24h, requests24h)}
      detail={
        requests24h === 0n
          ? "No requests in 24 hours"
          : `${countText(errors24h)} of ${countText(requests24h)}`
      }
      tone={errorTone(errors24h, requests24h)}
    />
  );
}

export async function HourlyRateCard({ scope }: CardProps) {
  const { used, limit } = await getHourlyRate(getDb(), scope);
  const usedText = countText(BigInt(used));
  if (limit === null) {
    return <StatCard label="Requests this hour" value={usedText} detail="No hourly limit" />;
  }
  const limitText = countText(BigInt(limit));
  const tone = used >= limit ? "red" : used >= limit * 0.8 ? "amber" : "neutral";
  return (
    <StatCard
      label="Requests this hour"
      value={usedText}
      tone={tone}
      detail={
        <span className="flex items-center gap-2.5">
          <span className="shrink-0">of {limitText}</span>
          <Progress
            label="Hourly rate used"
            value={used}
            max={limit}
            valueText={`${usedText} of ${limitText} requests in the last 60 minutes`}
            tone={tone}
            className="min-w-0 flex-1"
          />
        </span>
      }
    />
  );
}
