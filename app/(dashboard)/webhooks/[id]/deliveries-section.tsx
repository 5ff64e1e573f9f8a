import { Inbox, SearchX } from "lucide-react";
import type { Route } from "next";
import {
  deliveriesAddress,
  type ShownDeliveries,
} from "@/app/(dashboard)/webhooks/[id]/deliveries-address";
import { DeliveryTable } from "@/app/(dashboard)/webhooks/[id]/delivery-table";
import { DialogButton } from "@/app/(dashboard)/webhooks/[id]/dialog-button";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { Section } from "@/components/section";
import { SegmentedLinks } from "@/components/segmented-links";
import { getDb } from "@/db/client";
import type { Scope } from "@/lib/scope";
import { listDeliveries } from "@/lib/webhooks/queries";
import { deliveryStates } from "@/lib/webhooks/terms";

export interface DeliveriesSectionProps {
  scope: Scope;
  endpointId: string;
  shown: ShownDeliveries;
  canManage: boolean;
  /** The viewer may, and the endpoint takes what is sent. */
  canResend: boolean;
}

const labels = { pending: "Pending", delivered: "Delivered", failed: "Failed" } as const;

/** What was sent to the endpoint, a page at a time, with each one's story in a drawer. */
export async function DeliveriesSection(props: DeliveriesSectionProps) {
  const { scope, endpointId, shown, canManage, canResend } = props;
  const page = await listDeliveries(getDb(), scope, { endpointId, ...shown });
  return (
    <div id="deliveries" className="scroll-mt-6">
      <Section
        flush
        title="Deliveries"
        description="The last 30 days, newest first."
        actions={
          <>
            {canResend ? <DialogButton dialog="resend">Send failed again</DialogButton> : null}
            <SegmentedLinks
              label="State"
              links={[
                {
                  href: deliveriesAddress(endpointId, {}),
                  label: "All",
                  current: shown.state === undefined,
                },
                ...deliveryStates.map((state) => ({
                  href: deliveriesAddress(endpointId, { state }),
                  label: labels[state],
                  current: state === shown.state,
                })),
              ]}
            />
          </>
        }
        footer={
          shown.after || page.next ? (
            <Pager endpointId={endpointId} shown={shown} next={page.next} />
          ) : undefined
        }
      >
        <DeliveryTable
          endpointId={endpointId}
          deliveries={page.deliveries}
          now={new Date()}
          canManage={canManage}
          canResend={canResend}
          empty={<Nothing endpointId={endpointId} shown={shown} canTest={canResend} />}
        />
      </Section>
    </div>
  );
}

interface PagerProps {
  endpointId: string;
  shown: ShownDeliveries;
  next: string | null;
}

function Pager({ endpointId, shown, next }: PagerProps) {
  const { state, after } = shown;
  // Another page of a list begins at its head.
  const listAddress = (place: ShownDeliveries) =>
    `${deliveriesAddress(endpointId, place)}#deliveries` as Route;
  return (
    <nav aria-label="Pages of deliveries" className="flex flex-1 justify-between gap-2">
      {after ? (
        <ButtonLink size="sm" href={listAddress({ state })}>
          Newest
        </ButtonLink>
      ) : (
        <span />
      )}
      {next ? (
        <ButtonLink size="sm" href={listAddress({ state, after: next })}>
          Older
        </ButtonLink>
      ) : null}
    </nav>
  );
}

interface NothingProps extends Pick<DeliveriesSectionProps, "endpointId" | "shown"> {
  canTest: boolean;
}

function Nothing({ endpointId, shown, canTest }: NothingProps) {
  const { state, after } = shown;
  if (after) {
    return (
      <EmptyState
        bare
        icon={<Inbox />}
        title="There is nothing older"
        action={
          <ButtonLink href={deliveriesAddress(endpointId, { state })}>
            Back to the newest
          </ButtonLink>
        }
      />
    );
  }
  if (state) {
    return (
      <EmptyState
        bare
        icon={<SearchX />}
        title={`No ${state} deliveries`}
        action={
          <ButtonLink href={deliveriesAddress(endpointId, {})}>Show all deliveries</ButtonLink>
        }
      />
    );
  }
  return (
    <EmptyState bare icon={<Inbox />} title="Nothing was sent yet">
      Each event appears here when it happens.
      {canTest ? " A test event shows at once whether your server takes it." : null}
    </EmptyState>
  );
}
