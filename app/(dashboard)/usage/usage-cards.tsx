import type { ReactNode } from "react";
import { ExactMoney } from "@/components/exact-money";
import { StatCard, StatGrid } from "@/components/stat-card";
import {
  changeSince,
  countText,
  errorRateText,
  metricOf,
  shortCountText,
} from "@/lib/usage/figures";
import type { UsageAnswer, UsageMetric } from "@/lib/usage/schema";

const arrows = { up: "↑", down: "↓", same: "±" } as const;
const spoken = { up: "up by", down: "down by", same: "changed by" } as const;

/** `↑ 8.2 %`, read as "up by 8.2 %". */
function ChangeText({ answer, metric }: { answer: UsageAnswer; metric: UsageMetric }) {
  const change = changeSince(metricOf(answer.totals, metric), metricOf(answer.previous, metric));
  if (!change) return <>No comparison yet</>;
  return (
    <>
      <span aria-hidden>{arrows[change.direction]} </span>
      <span className="sr-only">{spoken[change.direction]} </span>
      {change.text}
    </>
  );
}

/** The four figures of the period, each with what it was in the one before. */
export function UsageCards({ answer, before }: { answer: UsageAnswer; before: string }) {
  const { totals, previous } = answer;
  const input = BigInt(totals.inputTokens);
  const output = BigInt(totals.outputTokens);
  const requests = BigInt(totals.requests);
  const errors = BigInt(totals.errors);
  const hadRequests = previous.requests !== "0";
  return (
    <StatGrid>
      <StatCard
        label="Cost"
        value={<ExactMoney nanos={totals.costNanos} />}
        detail={
          <>
            <ChangeText answer={answer} metric="cost" />
            {hadRequests ? ` on ${before}` : null}
          </>
        }
      />
      <StatCard
        label="Requests"
        value={<Exact title={countText(requests)}>{countText(requests)}</Exact>}
        detail={<ChangeText answer={answer} metric="requests" />}
      />
      <StatCard
        label="Tokens in / out"
        value={
          <Exact title={`${countText(input)} in / ${countText(output)} out`}>
            {shortCountText(input)} / {shortCountText(output)}
          </Exact>
        }
        detail={<ChangeText answer={answer} metric="tokens" />}
      />
      <StatCard
        label="Errors"
        value={
          <Exact title={`${countText(errors)} errors`}>{errorRateText(errors, requests)}</Exact>
        }
        detail={
          <>
            {countText(errors)} of {countText(requests)}
            {hadRequests
              ? ` · ${errorRateText(BigInt(previous.errors), BigInt(previous.requests))} before`
              : null}
          </>
        }
      />
    </StatGrid>
  );
}

function Exact({ title, children }: { title: string; children: ReactNode }) {
  return <span title={title}>{children}</span>;
}
