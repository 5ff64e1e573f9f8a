import type { AccentPair } from "@/lib/accent";

/**
 * The name on the door. Everything a customer reads that names the company comes from here, so that
 * a deployment under another name changes one object, or chooses a preset with the variable `BRAND`.
 */
export interface Brand {
  name: string;
  /** First part of every key: `PREFIX_live_…`; lower-case letters and digits. */
  keyPrefix: string;
  /** Variable names used in `.env` lines and snippets. */
  keyVariable: string;
  urlVariable: string;
  supportEmail: string;
  tagline: string;
  /** Null keeps the colours of the style sheet. */
  accent: AccentPair | null;
  /** What the company's documentation says a request gets that its balance doesn't cover. */
  insufficientBalanceStatus: 402 | 403;
}

const gatehouse: Brand = {
  name: "Gatehouse",
  keyPrefix: "gate",
  keyVariable: "GATEHOUSE_API_KEY",
  urlVariable: "GATEHOUSE_API_URL",
  supportEmail: "support@gatehouse.example",
  tagline: "API keys, usage and billing for every model, behind one door.",
  accent: null,
  insufficientBalanceStatus: 402,
};

const presets = {
  agcloud: {
    ...gatehouse,
    name: "AGCloud",
    keyPrefix: "agcloud",
    keyVariable: "AGCLOUD_API_KEY",
    urlVariable: "AGCLOUD_API_URL",
    supportEmail: "info@thousandcloud.com",
    tagline: "One API key for every model, charged by the token.",
    accent: {
      light: { accent: "#0f766e", hover: "#0b5f59", foreground: "#ffffff", soft: "#e6f5f3" },
      dark: { accent: "#5cc9bd", hover: "#83d8cf", foreground: "#0b0b0d", soft: "#10302d" },
    },
  },
  agin: {
    ...gatehouse,
    name: "Agin Cloud",
    keyPrefix: "agin",
    keyVariable: "AGIN_API_KEY",
    urlVariable: "AGIN_API_URL",
    supportEmail: "support@agin.cloud",
    tagline: "Build on the Agin Cloud API with keys you control.",
    accent: {
      light: { accent: "#6d3fd4", hover: "#5a31b5", foreground: "#ffffff", soft: "#f3eefe" },
      dark: { accent: "#b39bf5", hover: "#c7b5f8", foreground: "#0b0b0d", soft: "#271d43" },
    },
  },
  a2agent: {
    ...gatehouse,
    name: "A2Agent",
    keyPrefix: "a2agent",
    keyVariable: "A2AGENT_KEY",
    urlVariable: "A2AGENT_BASE_URL",
    supportEmail: "support@a2agent.me",
    tagline: "Every model through the SDK you already use.",
    accent: {
      light: { accent: "#1d6b3a", hover: "#16562e", foreground: "#ffffff", soft: "#e8f5ec" },
      dark: { accent: "#6fcb90", hover: "#90d8a9", foreground: "#0b0b0d", soft: "#14301f" },
    },
    insufficientBalanceStatus: 403,
  },
  embercloud: {
    ...gatehouse,
    name: "EmberCloud",
    keyPrefix: "ember",
    keyVariable: "OPENAI_API_KEY",
    urlVariable: "OPENAI_BASE_URL",
    supportEmail: "support@embercloud.ai",
    tagline: "Fast open models behind an OpenAI-compatible API.",
    accent: {
      light: { accent: "#b23c17", hover: "#923112", foreground: "#ffffff", soft: "#fdeee9" },
      dark: { accent: "#f39a78", hover: "#f6b399", foreground: "#0b0b0d", soft: "#3a1f15" },
    },
  },
} as const satisfies Record<string, Brand>;

/** The brand of a name as `BRAND` spells it; none is Gatehouse itself. Throws for unknown names. */
export function brandOf(name: string | undefined): Brand {
  if (name === undefined || name === "" || name === "gatehouse") return gatehouse;
  const preset = Object.entries(presets).find(([known]) => known === name);
  if (!preset) {
    throw new Error(`BRAND is not known; it can be ${Object.keys(presets).join(", ")}.`);
  }
  return preset[1];
}

/** What `BRAND` says: what never changes while keys are out there, and what holds until an operator chooses. */
export const deployment: Brand = brandOf(process.env.BRAND);

/** What an operator chose; null is the deployment's own. */
export interface BrandChoice {
  name: string | null;
  tagline: string | null;
  supportEmail: string | null;
  accent: AccentPair | null;
  /** The address of the logo on our own origin. */
  logoHref: string | null;
  /** Where dashboard and API are, as they are shown; nothing is routed by them. */
  appOrigin: string | null;
  apiOrigin: string | null;
}

export const noChoice: BrandChoice = {
  ...{ name: null, tagline: null, supportEmail: null, accent: null, logoHref: null },
  ...{ appOrigin: null, apiOrigin: null },
};

declare global {
  /** Shared by the copies of this module that Next loads in one process. */
  var gatehouseBrand: BrandChoice | undefined;
}

/** Puts what an operator chose in force in this process. */
export function setBrandChoice(choice: BrandChoice): void {
  globalThis.gatehouseBrand = choice;
}

/** Stand in built pages for what is put in when they are sent; words, so that nothing takes them apart. */
export const brandMarks = {
  name: "GhMarkBrandName",
  tagline: "GhMarkTagline",
  supportEmail: "GhMarkSupportEmail",
  clientClass: "GhMarkClientClass",
  clientFile: "GhMarkClientFile",
  apiOrigin: "GhMarkApiOrigin",
  originNote: "GhMarkOriginNote",
} as const;

// The build knows the answer to this very question, and leaves out of each side what is the other's.
const isBrowser = typeof window !== "undefined";

/** Whether this is Next making pages that are kept. */
export function isBuilding(): boolean {
  return !isBrowser && process.env.NEXT_PHASE === "phase-production-build";
}

function chosen<Name extends keyof BrandChoice>(name: Name): BrandChoice[Name] {
  return (globalThis.gatehouseBrand ?? noChoice)[name];
}

/** What the root layout wrote on the page, for its components in the browser. */
function written(name: string): string | null {
  return document.documentElement.dataset[name] || null;
}

type LiveBrand = Brand & Pick<BrandChoice, "logoHref" | "appOrigin" | "apiOrigin">;

/**
 * The brand in force. Read it when it is needed: a constant of a module would keep an old name. In a browser only
 * name, support address and logo are what an operator chose.
 */
export const brand: LiveBrand = {
  ...deployment,
  get name() {
    if (isBrowser) return written("brandName") ?? deployment.name;
    return isBuilding() ? brandMarks.name : (chosen("name") ?? deployment.name);
  },
  get tagline() {
    if (isBrowser) return deployment.tagline;
    return isBuilding() ? brandMarks.tagline : (chosen("tagline") ?? deployment.tagline);
  },
  get supportEmail() {
    if (isBrowser) return written("brandSupport") ?? deployment.supportEmail;
    return isBuilding()
      ? brandMarks.supportEmail
      : (chosen("supportEmail") ?? deployment.supportEmail);
  },
  get accent() {
    return isBrowser || isBuilding() ? null : (chosen("accent") ?? deployment.accent);
  },
  get logoHref() {
    return isBrowser ? written("brandLogo") : chosen("logoHref");
  },
  get appOrigin() {
    return isBrowser ? null : chosen("appOrigin");
  },
  get apiOrigin() {
    return isBrowser ? null : chosen("apiOrigin");
  },
};

/** The name as the class and the file of a client in samples: `AcmeInc`, `acme-inc`. */
export function wordsOf(name: string): { joined: string; dashed: string } {
  const words = name.split(/[^0-9A-Za-z]+/).filter((word) => word !== "");
  const joined = words.join("");
  return {
    joined: /^[A-Za-z]/.test(joined) ? joined : `Api${joined === "" ? "" : joined}`,
    dashed: words.join("-").toLowerCase() || "api",
  };
}
