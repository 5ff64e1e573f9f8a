import type { Route } from "next";
import { z } from "zod";
import { AwaitPayment } from "@/app/(dashboard)/billing/await-payment";
import { ButtonLink } from "@/components/button-link";
import { Callout } from "@/components/callout";

/** How the provider's page for saving a card was left. */
export const CardReturn = z.enum(["saved", "cancelled"]);

/** What became of saving a card. The provider's event alone saves it; this only tells. */
export function CardNotice(props: { returned: z.infer<typeof CardReturn>; hasCard: boolean }) {
  const dismiss = (
    <ButtonLink size="sm" href={"/billing" as Route}>
      Dismiss
    </ButtonLink>
  );
  if (props.returned === "cancelled") {
    return (
      <Callout role="status" title="No card was saved" action={dismiss}>
        You can add one whenever you like.
      </Callout>
    );
  }
  if (props.hasCard) {
    return (
      <Callout tone="green" role="status" title="Card saved" action={dismiss}>
        It is charged only for automatic top-ups, and only while they are on.
      </Callout>
    );
  }
  return (
    <Callout role="status" title="Saving your card">
      <AwaitPayment what="card" />
    </Callout>
  );
}
