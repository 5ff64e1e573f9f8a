import type { PlanLimits } from "@/lib/billing/queries";

const countFormat = new Intl.NumberFormat("en-US");

function countText(count: number, unit: string): string {
  return `${countFormat.format(count)} ${unit}`;
}

/** What a plan allows, a line a limit; quotas only where it has some. */
export function limitTexts(plan: PlanLimits): string[] {
  const { requestsPerHour, requestsPerDay, requestsPerMonth, requestsTotal } = plan;
  return [
    requestsPerHour === null
      ? "Requests an hour by agreement"
      : countText(requestsPerHour, "requests an hour"),
    ...(requestsPerDay === null ? [] : [countText(requestsPerDay, "requests a day")]),
    ...(requestsPerMonth === null ? [] : [countText(requestsPerMonth, "requests a month")]),
    ...(requestsTotal === null ? [] : [countText(requestsTotal, "requests in total")]),
    countText(plan.concurrentStreams, "open streams"),
  ];
}
