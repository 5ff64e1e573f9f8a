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
} as const;
export type ActGroup = keyof typeof actGroups;
