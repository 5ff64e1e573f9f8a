import type { Endpoint } from "@/lib/webhooks/queries";

type Named = Pick<Endpoint, "url" | "description">;

/** An address without what all of them begin with: `example.com/hooks`. */
export function shortUrl(url: string): string {
  return url.replace(/^https:\/\//, "").replace(/\/$/, "");
}

/** What people call an endpoint: its description, or its host where there is none. */
export function endpointTitle({ url, description }: Named): string {
  return description || new URL(url).host;
}

export type EndpointStatus = "active" | "failing" | "disabled" | "stopped";

/** `stopped`: disabled because of what its receiver answered, and not by anybody. */
export function endpointStatus(
  endpoint: Pick<Endpoint, "disabledReason" | "failuresInRow">,
): EndpointStatus {
  if (endpoint.disabledReason !== null) {
    return endpoint.disabledReason === "user" ? "disabled" : "stopped";
  }
  return endpoint.failuresInRow > 0 ? "failing" : "active";
}

/** In whole percent, rounded down: 100 stands for no failure at all. Null before the first attempt. */
export function successPercent({ attempts, succeeded }: Endpoint["recent"]): number | null {
  return attempts === 0 ? null : Math.floor((succeeded * 100) / attempts);
}
