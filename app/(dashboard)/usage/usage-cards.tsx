import type { ReactNode } from "react";
import { ExactMoney } from "@/components/exact-money";
import { StatCard, StatGrid } from "@/components/stat-card";
import { countText } from "@/lib/count-text";
import { changeSince, errorRateText, metricOf, shortCountText } from "@/lib/usage/figures";
import { latencyText } from "@/lib/usage/latency";
import type { CountedMetric, Latency, UsageAnswer } from "@/lib/usage/schema";

const arrows = { up: "↑", down: "↓", same: "±" } as const;
const spoken = { up: "up by", down: "down by", same: "changed by" } as const;

/** `↑ 8.2 %`, read as "up by 8.2 %". */
function ChangeText({ answer, metric }: { answer: UsageAnswer; metric: CountedMetric }) {
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

export interface UsageCardsProps {
  answer: UsageAnswer;
  /** Undefined until it is known. */
  latency: Latency | null | undefined;
  /** "the 30 days before". */
  before: string;
}

/** The four figures of the period, each with what it was in the one before. */
export function UsageCards({ answer, latency, before }: UsageCardsProps) {
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
          <Exact title={`${countText(errors)} of ${countText(requests)} requests`}>
            {errorRateText(errors, requests)}
          </Exact>
        }
        detail={
          <>
            {hadRequests
              ? `${errorRateText(BigInt(previous.errors), BigInt(previous.requests))} before`
              : `${countText(errors)} of ${countText(requests)}`}
            {latency ? (
              <>
                {" · "}
                <span
                  title="Approximate: interpolated in a histogram"
                  className="whitespace-nowrap"
                >
                  p95 ≈ {latencyText(latency.p95Ms)}
                </span>
              </>
            ) : null}
          </>
        }
      />
    </StatGrid>
  );
}

function Exact({ title, children }: { title: string; children: ReactNode }) {
  return <span title={title}>{children}</span>;
}
