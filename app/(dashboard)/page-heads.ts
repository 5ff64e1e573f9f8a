/**
 * What the heads of pages say. It stands from the first paint on: while the rest of a page loads, its skeleton
 * says the same in the same place.
 */
export const pageHeads = {
  overview: {
    title: "Overview",
    description: "Your workspace at a glance. Days are UTC.",
  },
  keys: {
    title: "API keys",
    description: "One key per application, so that each can be revoked alone.",
  },
  usage: {
    title: "Usage",
    description: "What your keys did and what it cost, by key, model, endpoint and status.",
  },
  billing: {
    title: "Billing",
    description: "Prepaid: each request is charged to your credit as it finishes.",
  },
  logs: {
    title: "Logs",
    description: "Every request of your keys, as it was answered or refused. Bodies aren’t stored.",
  },
  playground: {
    title: "Playground",
    description:
      "Try a model as one of your keys. The secret isn't needed, and never reaches the browser.",
  },
} as const;
