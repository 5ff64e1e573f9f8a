import type { Route } from "next";
import { KeyUsage } from "@/app/(dashboard)/keys/[id]/usage/key-usage";
import { ButtonLink } from "@/components/button-link";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { countText } from "@/lib/count-text";
import type { Scope } from "@/lib/scope";
import { usageCostText } from "@/lib/usage/figures";
import { getUsage } from "@/lib/usage/queries";

const shown = { range: "30d", group: "model" } as const;

/** Thirty days of one key's requests, from the same roll-ups as the usage page. */
export async function UsageSection({ scope, keyId }: { scope: Scope; keyId: string }) {
  const [cost, requests] = await Promise.all([
    getUsage(getDb(), scope, { ...shown, metric: "cost", key: keyId }),
    getUsage(getDb(), scope, { ...shown, metric: "requests", key: keyId }),
  ]);
  const count = BigInt(cost.totals.requests);
  return (
    <Section
      flush
      title="Usage, 30 days"
      description={
        <span className="tabular-nums">
          {usageCostText(BigInt(cost.totals.costNanos))} in {countText(count)}{" "}
          {count === 1n ? "request" : "requests"}
        </span>
      }
      actions={
        <ButtonLink size="sm" href={`/usage?key=${keyId}` as Route}>
          See usage
        </ButtonLink>
      }
    >
      <KeyUsage answers={{ cost, requests }} />
    </Section>
  );
}
