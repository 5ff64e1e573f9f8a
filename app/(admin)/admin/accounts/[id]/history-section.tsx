import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";
import { RelativeTime } from "@/components/relative-time";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { actSentence } from "@/lib/audit/acts";
import { listActsOfAccount } from "@/lib/audit/operator-log";

/** What was done in the account lately, by whomever. */
export async function HistorySection({ workspaceId }: { workspaceId: string }) {
  const acts = await listActsOfAccount(getDb(), workspaceId);
  return (
    <Section
      flush
      title="Audit log"
      description="The latest 20 entries, including the customer’s own."
      actions={
        <ButtonLink size="sm" href={`/admin/audit?account=${workspaceId}` as Route}>
          What operators did
        </ButtonLink>
      }
    >
      {acts.length === 0 ? (
        <p className="px-4 py-3.5 text-sm text-fg-2">Nothing was done yet.</p>
      ) : (
        <ul aria-label="Acts" className="divide-y divide-line text-sm">
          {acts.map(({ id, at, action, details, actor }) => (
            <li
              key={id}
              className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 px-4 py-2.5 md:grid-cols-[minmax(0,1fr)_12rem_6rem]"
            >
              <span className="min-w-0 wrap-anywhere max-md:col-span-2">
                {actSentence(action, details)}
              </span>
              <span className="min-w-0 truncate text-fg-2">
                {actor.name ?? (actor.type === "system" ? "The system" : "Somebody")}
                {actor.type === "operator" ? " (operator)" : null}
              </span>
              <span className="text-right text-fg-2">
                <RelativeTime at={at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
