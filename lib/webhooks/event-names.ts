/** What endpoints can be told of, in the order in which pages and documents list it. */
export const eventGroups = {
  keys: "API keys",
  balance: "Balance and payments",
  limits: "Limits",
  team: "Team",
} as const;
export type EventGroup = keyof typeof eventGroups;

/** Every type of event that an endpoint can subscribe to, with the sentence that people read. */
export const eventNames = {
  "api_key.created": { group: "keys", description: "A key was made." },
  "api_key.rotated": { group: "keys", description: "A key got a new secret." },
  "api_key.revoked": {
    group: "keys",
    description: "A key was revoked and opens nothing any more.",
  },
  "api_key.expiring": {
    group: "keys",
    description: "A key expires soon: seven days before, and again one day before.",
  },
  "api_key.expired": { group: "keys", description: "A key has expired." },
  "api_key.exposed": { group: "keys", description: "A key’s secret was found in public." },
  "balance.low": {
    group: "balance",
    description: "The balance has fallen below the workspace’s low-balance alert.",
  },
  "balance.depleted": {
    group: "balance",
    description: "The balance is used up: requests are refused, or soon will be.",
  },
  "topup.succeeded": { group: "balance", description: "A top-up has arrived on the balance." },
  "topup.failed": { group: "balance", description: "A top-up failed; nothing was charged." },
  "payment.refunded": {
    group: "balance",
    description: "A payment was refunded, in part or in full, or a refund came back.",
  },
  "payment.disputed": {
    group: "balance",
    description: "A payment was disputed with the bank, or the dispute was decided.",
  },
  "limit.reached": {
    group: "limits",
    description: "A quota of the plan or a key’s spend cap is used up; once a period.",
  },
  "member.added": { group: "team", description: "Somebody joined the workspace." },
  "member.removed": { group: "team", description: "Somebody left the workspace or was removed." },
} as const satisfies Record<string, { group: EventGroup; description: string }>;

export type EventName = keyof typeof eventNames;

/** Stands in an endpoint's list for every event that there is and will be. */
export const allEvents = "*";

/** What the button and the API's test send, whatever the endpoint subscribes to. */
export const testEvent = "webhook.test";

export type EventType = EventName | typeof testEvent;
