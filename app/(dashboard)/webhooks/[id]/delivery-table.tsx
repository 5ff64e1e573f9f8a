"use client";

import type { MouseEvent, ReactNode } from "react";
import type { DeliveryPanelProps } from "@/app/(dashboard)/webhooks/[id]/delivery-panel";
import { answerWord, stateTones } from "@/app/(dashboard)/webhooks/[id]/delivery-words";
import { useOpenDelivery } from "@/app/(dashboard)/webhooks/[id]/use-open-delivery";
import { lazyPart, useEver } from "@/components/lazy-part";
import { RelativeTime } from "@/components/relative-time";
import { StatusDot } from "@/components/status-dot";
import { Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import type { Delivery } from "@/lib/webhooks/queries";

const DeliveryPanel = lazyPart<DeliveryPanelProps>(
  () => import("@/app/(dashboard)/webhooks/[id]/delivery-panel"),
);

export interface DeliveryTableProps {
  endpointId: string;
  deliveries: readonly Delivery[];
  /** When the page was drawn. */
  now: Date;
  canManage: boolean;
  canResend: boolean;
  /** What is shown where there is no row. */
  empty: ReactNode;
}

/** The deliveries of a page, and the one that is looked at closer. */
export function DeliveryTable(props: DeliveryTableProps) {
  const { endpointId, deliveries, now, empty, canManage, canResend } = props;
  const [openId, open] = useOpenDelivery();
  const hasPanel = useEver(openId !== null);
  const listed = deliveries.find(({ id }) => id === openId);
  return (
    <>
      {deliveries.length > 0 ? (
        <Table caption="Deliveries" framed={false}>
          <TableHead>
            <Th>Event</Th>
            <Th>State</Th>
            <Th align="right">Attempts</Th>
            <Th>Last answer</Th>
            <Th>Next attempt</Th>
            <Th align="right">Time</Th>
          </TableHead>
          <TableBody>
            {deliveries.map((delivery) => (
              <DeliveryRow
                key={delivery.id}
                endpointId={endpointId}
                delivery={delivery}
                now={now}
                isOpen={delivery.id === openId}
                onOpen={open}
              />
            ))}
          </TableBody>
        </Table>
      ) : (
        empty
      )}
      {hasPanel ? (
        <DeliveryPanel
          endpointId={endpointId}
          id={openId}
          listed={listed ? `${listed.state} ${listed.attempts}` : null}
          canManage={canManage}
          canResend={canResend}
          onClose={() => open(null)}
        />
      ) : null}
    </>
  );
}

/** What a press on a row may mean already: a link, or text that is being selected. */
function isTaken(event: MouseEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("a, button")) return true;
  return window.getSelection()?.isCollapsed === false;
}

interface DeliveryRowProps {
  endpointId: string;
  delivery: Delivery;
  now: Date;
  isOpen: boolean;
  onOpen: (id: string) => void;
}

function DeliveryRow({ endpointId, delivery, now, isOpen, onOpen }: DeliveryRowProps) {
  const { id, message, state, attempts, nextAttemptAt, lastStatus, lastError } = delivery;
  const word = answerWord({ status: lastStatus, error: lastError });
  function press(event: MouseEvent<HTMLTableRowElement>) {
    if (isTaken(event)) return;
    // Focus comes back to where the drawer was opened from.
    event.currentTarget.querySelector<HTMLElement>("a[data-open]")?.focus({ preventScroll: true });
    onOpen(id);
  }
  function follow(event: MouseEvent) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onOpen(id);
  }
  return (
    // The keyboard's way is the link in the row; the rest of it is a larger target for the mouse.
    <Tr onClick={press} data-delivery={id} className={`cursor-pointer ${isOpen ? "bg-hover" : ""}`}>
      <Td cell="title">
        <a
          href={`/webhooks/${endpointId}?delivery=${id}`}
          data-open
          onClick={follow}
          className="rounded-sm font-mono text-[0.8125rem] wrap-anywhere underline-offset-3 hover:underline"
        >
          {message.type}
        </a>
      </Td>
      <Td label="State" className="whitespace-nowrap">
        <StatusDot tone={stateTones[state]} pulse={state === "pending"}>
          {state}
        </StatusDot>
      </Td>
      <Td label="Attempts" align="right">
        {attempts}
      </Td>
      <Td label="Last answer" mono className="whitespace-nowrap">
        {word ?? <span className="text-fg-3">–</span>}
      </Td>
      <Td label="Next attempt" className="whitespace-nowrap">
        {nextAttemptAt === null ? (
          <span className="text-fg-3">–</span>
        ) : nextAttemptAt > now ? (
          <RelativeTime at={nextAttemptAt} />
        ) : (
          "now"
        )}
      </Td>
      <Td label="Time" align="right" className="whitespace-nowrap">
        <RelativeTime at={message.occurredAt} />
      </Td>
    </Tr>
  );
}
