import { CheckButton } from "@/app/(admin)/admin/operations/check-button";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { StatusDot } from "@/components/status-dot";
import { getDb } from "@/db/client";
import { findLatestLedgerCheck } from "@/lib/billing/ledger-check";
import { countText } from "@/lib/count-text";
import { isCheckUnderWay } from "@/lib/operations/queries";

/** Whether the books are in order, as the latest check found them. */
export async function LedgerCard() {
  const db = getDb();
  // In this order: where none is under way any more, what it found is there.
  const isUnderWay = await isCheckUnderWay(db);
  const check = await findLatestLedgerCheck(db);
  const breaches = check?.breaches ?? [];
  return (
    <Section title="Ledger" actions={<CheckButton isUnderWay={isUnderWay} />}>
      {check === null ? (
        <p className="text-sm text-fg-2">
          Not checked yet. The worker checks every fifteen minutes.
        </p>
      ) : (
        <>
          <p className="text-md font-medium">
            {breaches.length === 0 ? (
              <StatusDot tone="green">Reconciled</StatusDot>
            ) : (
              <StatusDot tone="red">Not reconciled</StatusDot>
            )}
          </p>
          <p className="mt-1 text-sm text-fg-2 tabular-nums">
            Checked <RelativeTime at={check.at} />: {check.checks} rules, {countText(check.entries)}{" "}
            entries, in {countText(check.durationMs)} ms.
          </p>
          {breaches.length > 0 ? (
            <ul className="mt-3 grid gap-2 text-sm">
              {breaches.slice(0, shownMax).map(({ claim, subject, found }) => (
                <li key={`${claim} ${subject}`} className="min-w-0 border-l-2 border-red pl-3">
                  <span className="block">Broken: {claim}</span>
                  <span className="block font-mono text-xs wrap-anywhere text-fg-2">
                    {subject}: {found}
                  </span>
                </li>
              ))}
              {breaches.length > shownMax ? (
                <li className="text-fg-2">and {breaches.length - shownMax} more</li>
              ) : null}
            </ul>
          ) : null}
        </>
      )}
    </Section>
  );
}

const shownMax = 10;
