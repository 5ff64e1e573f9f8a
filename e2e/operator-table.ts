/** A workspace's id as a row needs it. */
interface Ids {
  workspace: string;
}

const reason = "Asked by the customer";

/**
 * What operators' actions are sent. For everybody else each answers as if it didn't exist, whatever it is sent, and
 * changes nothing.
 */
export const operatorInputs: Record<string, (ids: Ids) => unknown[]> = {
  suspendAccountAction: ({ workspace }) => [{ workspaceId: workspace, reason }],
  restoreAccountAction: ({ workspace }) => [{ workspaceId: workspace, reason }],
  changeAccountLimitsAction: ({ workspace }) => [
    { workspaceId: workspace, reason, requestsPerHour: 7 },
  ],
  changeAccountPlanAction: ({ workspace }) => [
    { workspaceId: workspace, reason, planId: "enterprise" },
  ],
  startSupportViewAction: ({ workspace }) => [{ workspaceId: workspace, reason }],
  leaveSupportViewAction: () => [],
};

/** The console's routes that aren't pages. */
export const operatorRoutes: readonly string[] = ["/admin/audit/log.csv"];

/** The console's pages, an account's among them. */
export const operatorPages: readonly string[] = [
  "/admin",
  "/admin/accounts",
  "/admin/accounts/WORKSPACE",
  "/admin/credits",
  "/admin/plans",
  "/admin/models",
  "/admin/upstreams",
  "/admin/brand",
  "/admin/operations",
  "/admin/audit",
];
