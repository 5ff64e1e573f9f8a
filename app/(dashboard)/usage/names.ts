import type { UsageGroup, UsageMetric } from "@/lib/usage/schema";

export const metricNames: Record<UsageMetric, string> = {
  cost: "Cost",
  requests: "Requests",
  tokens: "Tokens",
  errors: "Errors",
};

export const groupNames: Record<UsageGroup, string> = {
  none: "All",
  key: "Key",
  model: "Model",
  endpoint: "Endpoint",
  status: "Status",
};
