/** What acts are about, as the audit log's filter groups them. */
export const actGroups = {
  sign_in: "Sign-in and sessions",
  account: "Accounts",
  keys: "API keys",
  billing: "Billing",
  resources: "Resources",
  webhooks: "Webhooks",
  workspace: "Workspace",
  members: "Members",
  support: "Support",
} as const;

/** What only operators do, and only their own log shows. */
export const operatorActGroups = {
  operators: "Operators",
  catalogue: "Plans, models and upstreams",
  brand: "Brand",
} as const;
export type ActGroup = keyof typeof actGroups | keyof typeof operatorActGroups;
