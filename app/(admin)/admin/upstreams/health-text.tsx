import { StatusDot } from "@/components/status-dot";
import type { CredentialState, UpstreamHealth } from "@/lib/upstreams/queries";
import { latencyOf, latencyText } from "@/lib/usage/latency";

const worthATone = 0.05;

type Tried = Pick<UpstreamHealth, "attempts" | "failures">;

/** `1.2%`; nothing at all reads as 0%, and little never does. */
export function failureText({ failures, attempts }: Tried): string {
  if (failures === 0) return "0%";
  if (failures === attempts) return "100%";
  const percent = (failures * 100) / attempts;
  return percent < 0.1 ? "<0.1%" : `${percent.toFixed(1)}%`;
}

/** Some failures are everyday. */
export function healthTone(health: Tried): "red" | "amber" | "green" {
  const share = health.failures / health.attempts;
  if (share >= 0.5) return "red";
  return share > worthATone ? "amber" : "green";
}

const words = { red: "failing", amber: "troubled", green: "healthy" } as const;

/** How an upstream fared within fifteen minutes, in a word. */
export function HealthDot({ health }: { health: UpstreamHealth | null }) {
  if (health === null) return <StatusDot tone="neutral">no requests</StatusDot>;
  const tone = healthTone(health);
  return <StatusDot tone={tone}>{words[tone]}</StatusDot>;
}

/** `p50 240 ms, p95 1.84 s` */
export function latencyLine({ latencyCounts }: UpstreamHealth): string {
  const latency = latencyOf(latencyCounts);
  if (latency === null) return "no answers";
  return `p50 ${latencyText(latency.p50Ms)}, p95 ${latencyText(latency.p95Ms)}`;
}

/** What is known of a credential. */
export function CredentialText({ credential }: { credential: CredentialState }) {
  switch (credential.state) {
    case "none":
      return <span className="text-fg-3">none</span>;
    case "unreadable":
      return <StatusDot tone="red">can’t be read</StatusDot>;
    case "set":
      return <span className="font-mono text-[0.8125rem]">••••{credential.end}</span>;
  }
}
