import { modelHref } from "@/app/(admin)/admin/models/model-address";
import { RateTable } from "@/app/(admin)/admin/operations/rate-table";
import { EmptyState } from "@/components/empty-state";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { readErrors } from "@/lib/operations/queries";

const title = "Errors in the last hour";

/** Callers see these: few are many. */
const worthATone = 0.01;

/** What callers were answered within the last hour. */
export async function ErrorsCard() {
  const errors = await readErrors(getDb());
  return (
    <Section
      title={title}
      description="What callers got, by the model they asked for. The error rate counts statuses of 500 and above."
      flush
    >
      {errors.length === 0 ? (
        <EmptyState bare title="No requests in the last hour">
          Answers are counted here as soon as a program calls.
        </EmptyState>
      ) : (
        <RateTable
          caption={title}
          columns={{ name: "Model", count: "Requests" }}
          rates={errors.map(({ model, requests, failures, statuses }) => ({
            name: model || "no known model",
            href: model ? modelHref(model) : null,
            ...{ count: requests, failures },
            tone: failures / requests > worthATone ? "red" : "green",
            answers: statuses.map(({ status, requests: count }) => ({
              ...{ text: String(status), count, isFailure: status >= 500 },
            })),
          }))}
        />
      )}
    </Section>
  );
}
