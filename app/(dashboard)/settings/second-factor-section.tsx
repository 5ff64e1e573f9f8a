import { SecondFactorActs } from "@/app/(dashboard)/settings/second-factor-acts";
import { Badge } from "@/components/badge";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { getSecondFactor } from "@/lib/auth/second-factor";
import type { Scope } from "@/lib/scope";

/** Few enough that new ones should be made soon. */
const codesLow = 3;

/** Two-factor authentication by an authenticator app, and its recovery codes. */
export async function SecondFactorSection({ scope }: { scope: Scope }) {
  const factor = await getSecondFactor(getDb(), scope);
  return (
    <Section
      title="Two-factor authentication"
      description="Signing in also asks for a code from an authenticator app, so a stolen password isn’t enough."
      actions={<SecondFactorActs isOn={factor !== null} />}
    >
      {factor ? (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-fg-2">
          <Badge tone="green">On</Badge>
          <span>
            since <RelativeTime at={factor.confirmedAt.toISOString()} />
          </span>
          <span className={factor.codesLeft <= codesLow ? "text-amber" : undefined}>
            {factor.codesLeft} of 10 recovery codes left
          </span>
        </div>
      ) : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-fg-2">
          <Badge>Off</Badge>
          <span>Any app for one-time codes will do.</span>
        </div>
      )}
    </Section>
  );
}
