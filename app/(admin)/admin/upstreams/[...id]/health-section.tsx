import { failureText, healthTone } from "@/app/(admin)/admin/upstreams/health-text";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { StatCard, StatGrid } from "@/components/stat-card";
import { countText } from "@/lib/count-text";
import type { UpstreamHealth } from "@/lib/upstreams/queries";
import { latencyOf, latencyText } from "@/lib/usage/latency";

/** How an upstream fared within fifteen minutes. */
export function HealthSection({ health }: { health: UpstreamHealth | null }) {
  if (health === null) {
    return (
      <Section title="Health">
        <p className="text-sm text-fg-2">
          No gateway has asked it for anything within the last 15 minutes.
        </p>
      </Section>
    );
  }
  const latency = latencyOf(health.latencyCounts);
  const tone = healthTone(health);
  return (
    <Section
      title="Health"
      description="The last 15 minutes, across all gateways. Latency is the time to an answer’s first byte."
    >
      <StatGrid>
        <StatCard
          label="Attempts"
          value={countText(health.attempts)}
          detail={
            health.lastAt ? (
              <>
                last <RelativeTime at={health.lastAt} />
              </>
            ) : null
          }
        />
        <StatCard
          label="Error rate"
          value={failureText(health)}
          detail={`${countText(health.failures)} failed`}
          tone={tone === "green" ? "neutral" : tone}
        />
        <StatCard label="p50" value={latency ? latencyText(latency.p50Ms) : "–"} />
        <StatCard label="p95" value={latency ? latencyText(latency.p95Ms) : "–"} />
      </StatGrid>
      <h3 className="mt-4 text-sm font-medium">Answers</h3>
      <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-sm tabular-nums">
        {health.statuses.map(({ status, attempts }) => (
          <li key={status} className="whitespace-nowrap">
            <span className={status === 0 || status >= 400 ? "text-red" : ""}>
              {status === 0 ? "no answer" : status}
            </span>{" "}
            <span className="text-fg-3">× {countText(attempts)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
