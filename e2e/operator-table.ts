/** A workspace's id as a row needs it. */
interface Ids {
  workspace: string;
}

const reason = "Asked by the customer";

const modelForm = {
  ...{ displayName: "Theirs", ownedBy: "theirs", contextTokens: "8000", listed: true },
  ...{ outputTokensMax: "4000", outputTokensDefault: "100" },
  ways: [{ upstreamId: "simulated", model: "" }],
};

const creditForm = { amountUsd: "1000", reason: "Not theirs", nonce: "0123456789abcdef" };

const upstreamForm = {
  ...{ name: "Theirs", baseUrl: "https://api.example.com/v1", allowPrivate: false },
  credential: "",
};

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

  addModelAction: () => [{ ...modelForm, id: "not-theirs-to-add", inputUsd: "1", outputUsd: "2" }],
  updateModelAction: () => [{ ...modelForm, id: "gpt-4" }],
  retireModelAction: () => [{ id: "gpt-4" }],
  restoreModelAction: () => [{ id: "gpt-4" }],
  setPriceAction: () => [{ id: "gpt-4", inputUsd: "0", outputUsd: "0", effectiveFrom: null }],
  withdrawPriceAction: () => [{ id: "gpt-4", effectiveFrom: "2026-01-01T00:00:00.000Z" }],
  grantCreditAction: ({ workspace }) => [{ ...creditForm, workspaceId: workspace }],
  adjustBalanceAction: ({ workspace }) => [
    { ...creditForm, workspaceId: workspace, direction: "add" },
  ],
  createCodeAction: () => [
    {
      ...{ amountUsd: "5", usesMax: "1", description: "Not theirs", lastDay: "" },
      nonce: creditForm.nonce,
    },
  ],
  disableCodeAction: () => [{ id: "code_01kah5v3zq8m2n4c6d7e8f9gab" }],
  checkLedgerAction: () => [],
  addUpstreamAction: () => [{ ...upstreamForm, id: "not-theirs", kind: "openai" }],
  updateUpstreamAction: () => [{ ...upstreamForm, id: "simulated" }],
  removeUpstreamAction: () => [{ id: "simulated" }],
  checkUpstreamAction: () => [{ id: "simulated" }],
  updatePlanAction: () => [
    {
      ...{ id: "standard", name: "Theirs", requestsPerHour: "", requestsPerDay: "" },
      ...{ requestsPerMonth: "", requestsTotal: "", concurrentStreams: "20", selfService: true },
    },
  ],
  updateBrandAction: () => [
    {
      ...{ name: "Theirs", tagline: "", supportEmail: "theirs@example.com", accent: "#ff0000" },
      ...{ appOrigin: "", apiOrigin: "" },
    },
  ],
  setLogoAction: () => [
    { file: Buffer.from('<svg viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>').toString("base64") },
  ],
  removeLogoAction: () => [],
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
  "/admin/models/gpt-4",
  "/admin/upstreams",
  "/admin/upstreams/simulated",
  "/admin/operations",
  "/admin/brand",
  "/admin/audit",
];
