import type { Route } from "next";
import { EndpointStatusText } from "@/app/(dashboard)/webhooks/endpoint-status-text";
import { shortUrl, successPercent } from "@/app/(dashboard)/webhooks/endpoint-text";
import { NearLink } from "@/components/near-link";
import { RelativeTime } from "@/components/relative-time";
import { CellText, Table, TableBody, TableHead, Td, Th, Tr } from "@/components/table";
import { allEvents } from "@/lib/webhooks/event-names";
import type { Endpoint } from "@/lib/webhooks/queries";
import { endpointsMax } from "@/lib/webhooks/terms";

/** The workspace's endpoints: there are never more than fit on a page. */
export function EndpointTable({ endpoints }: { endpoints: readonly Endpoint[] }) {
  return (
    <Table
      caption="Webhook endpoints"
      footer={
        <span className="tabular-nums">
          {endpoints.length} of {endpointsMax} endpoints
        </span>
      }
    >
      <TableHead>
        <Th>Endpoint</Th>
        <Th>Events</Th>
        <Th>Status</Th>
        <Th align="right">Success, 7 days</Th>
        <Th>Last attempt</Th>
      </TableHead>
      <TableBody>
        {endpoints.map((endpoint) => (
          <EndpointRow key={endpoint.id} endpoint={endpoint} />
        ))}
      </TableBody>
    </Table>
  );
}

function EndpointRow({ endpoint }: { endpoint: Endpoint }) {
  const { id, url, description, events, recent, lastAttemptAt } = endpoint;
  return (
    <Tr className={endpoint.disabledAt ? "text-fg-3" : ""}>
      <Td cell="title" className="py-2 md:max-w-80">
        <CellText
          title={
            <NearLink
              href={`/webhooks/${id}` as Route}
              title={url}
              className="line-clamp-2 rounded-sm break-all underline-offset-2 hover:underline"
            >
              {shortUrl(url)}
            </NearLink>
          }
          detail={
            description ? (
              <span title={description} className="line-clamp-1 wrap-anywhere">
                {description}
              </span>
            ) : null
          }
        />
      </Td>
      <Td label="Events" className="py-2 md:max-w-64">
        <EventsText events={events} />
      </Td>
      <Td label="Status" className="whitespace-nowrap">
        <EndpointStatusText endpoint={endpoint} />
      </Td>
      <Td label="Success, 7 days" align="right" className="whitespace-nowrap">
        <SuccessText recent={recent} />
      </Td>
      <Td label="Last attempt" className="whitespace-nowrap">
        {lastAttemptAt ? (
          <RelativeTime at={lastAttemptAt} />
        ) : (
          <span className="text-fg-3">never</span>
        )}
      </Td>
    </Tr>
  );
}

const shownEvents = 2;

/** The first of them and how many more there are; all stand on the endpoint's page. */
function EventsText({ events }: { events: readonly string[] }) {
  if (events.includes(allEvents)) return "all events";
  const more = events.length - shownEvents;
  return (
    <span title={events.join(", ")} className="block min-w-0 max-md:text-right">
      {events.slice(0, shownEvents).map((event) => (
        <span key={event} className="block truncate font-mono text-[0.78125rem]">
          {event}
        </span>
      ))}
      {more > 0 ? <span className="block text-xs text-fg-3">and {more} more</span> : null}
    </span>
  );
}

/** `98%`, with what it is made of; a dash before the first attempt. */
export function SuccessText({ recent }: Pick<Endpoint, "recent">) {
  const percent = successPercent(recent);
  if (percent === null) return <span className="text-fg-3">–</span>;
  return (
    <span className="block">
      {percent}%
      <span className="block text-xs text-fg-3">
        {recent.succeeded} of {recent.attempts}
      </span>
    </span>
  );
}
