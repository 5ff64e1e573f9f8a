import { z } from "zod";
import { DisplayName } from "@/lib/display-name";
import { isId } from "@/lib/id";
import { allEvents, type EventName, eventNames } from "@/lib/webhooks/event-names";
import { overlapChoices, overlapDefault } from "@/lib/webhooks/terms";

export const EndpointId = z.string().refine((id) => isId("webhookEndpoint", id));
export const DeliveryId = z.string().refine((id) => isId("webhookDelivery", id));

const names: readonly string[] = Object.keys(eventNames);

function isSubscribable(text: string): text is EventName | typeof allEvents {
  return text === allEvents || names.includes(text);
}

/** What an endpoint is told of: types of events, or `*` alone for all. In a fixed order, each once. */
export const EndpointEvents = z
  .array(z.string({ error: "must be a type of event" }), { error: "must be a list of events" })
  .min(1, { error: "Choose at least one event." })
  .max(100, { error: "Choose each event once." })
  .transform((chosen, context) => {
    const unknown = chosen.find((text) => !isSubscribable(text));
    if (unknown !== undefined) {
      context.addIssue({ code: "custom", message: "Choose from the events that there are." });
      return z.NEVER;
    }
    if (chosen.includes(allEvents)) return [allEvents];
    return names.filter((name) => chosen.includes(name));
  });

const EndpointUrl = z.string({ error: "Enter an address." }).trim().min(1, "Enter an address.");

/** Text like any name, or none. */
const Description = z.string({ error: "Enter a text." }).transform((text, context) => {
  if (text.trim() === "") return "";
  const name = DisplayName.safeParse(text);
  if (name.success) return name.data;
  const message = name.error.issues[0]?.message ?? "Enter a text.";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

export const CreateEndpoint = z.strictObject({
  url: EndpointUrl,
  description: Description.default(""),
  events: EndpointEvents,
});
export type CreateEndpoint = z.output<typeof CreateEndpoint>;

/** What is left out stays. */
export const UpdateEndpoint = z.strictObject({
  id: EndpointId,
  url: EndpointUrl.optional(),
  description: Description.optional(),
  events: EndpointEvents.optional(),
  isEnabled: z.boolean().optional(),
});
export type UpdateEndpoint = z.output<typeof UpdateEndpoint>;

export const RollSecret = z.strictObject({
  id: EndpointId,
  overlapSeconds: z
    .literal([...overlapChoices], { error: `must be one of ${overlapChoices.join(", ")}` })
    .default(overlapDefault),
});
export type RollSecret = z.output<typeof RollSecret>;

export const EndpointReference = z.strictObject({ id: EndpointId });
export const DeliveryReference = z.strictObject({ endpointId: EndpointId, id: DeliveryId });
export type DeliveryReference = z.output<typeof DeliveryReference>;

export const ResendFailed = z.strictObject({
  id: EndpointId,
  /** Deliveries that were made from then on. */
  since: z.iso
    .datetime({ offset: true, error: "must be an instant such as 2026-11-21T00:00:00Z" })
    .transform((text) => new Date(text)),
});
export type ResendFailed = z.output<typeof ResendFailed>;
