/** The static pages, which have to work without a nonce and without Next's runtime. */
export const islandPages = [
  "/",
  "/docs",
  "/docs/quickstart",
  "/docs/errors",
  "/docs/rotation",
  "/docs/reference/generation",
];

/** Pages for everybody that are rendered for a request, and the one of an address that isn't there. */
export const openPages = ["/report-key", "/prices", "/sign-in", "/sign-up", "/no-such-page"];

/** Pages of a signed-in member. */
export const ownPages = [
  "/overview",
  "/keys",
  "/keys?new=1",
  "/usage",
  "/usage?range=24h&group=key&view=table",
  "/logs",
  "/playground",
  "/billing",
  "/billing?add=1",
  "/webhooks",
  "/webhooks?new=1",
  "/settings",
  "/outbox",
];
