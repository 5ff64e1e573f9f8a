import { RateTable } from "@/app/(admin)/admin/operations/rate-table";
import { healthTone } from "@/app/(admin)/admin/upstreams/health-text";
import { upstreamHref } from "@/app/(admin)/admin/upstreams/upstream-address";
import { EmptyState } from "@/components/empty-state";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { isFailedAttempt, listAskedUpstreams } from "@/lib/upstreams/queries";

const title = "Upstreams in the last hour";

/** How providers answered within the last hour, whichever model preferred them. */
export async function UpstreamsCard() {
  const upstreams = await listAskedUpstreams(getDb());
  return (
    <Section
      title={title}
      description="How providers answered us. A request that fell back counts at each one that was tried."
      flush
    >
      {upstreams.length === 0 ? (
        <EmptyState bare title="No provider was asked in the last hour">
          The built-in upstream always answers and isn’t counted.
        </EmptyState>
      ) : (
        <RateTable
          caption={title}
          columns={{ name: "Upstream", count: "Attempts" }}
          rates={upstreams.map(({ id, name, attempts, failures, statuses }) => ({
            ...{ name, href: upstreamHref(id), count: attempts, failures },
            tone: healthTone({ attempts, failures }),
            answers: statuses
              .filter(({ status }) => status < 200 || status > 299)
              .map(({ status, attempts: count }) => ({
                text: status === 0 ? "no answer" : String(status),
                ...{ count, isFailure: isFailedAttempt(status) },
              })),
          }))}
        />
      )}
    </Section>
  );
}
