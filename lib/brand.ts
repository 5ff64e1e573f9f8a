/** One accent in one theme, with the colours that go with it; each pair has a contrast of 4.5 : 1. */
interface AccentShades {
  accent: string;
  hover: string;
  /** Text on the accent. */
  foreground: string;
  /** A ground tinted with it. */
  soft: string;
}

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
  accent: { light: AccentShades; dark: AccentShades } | null;
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

/** Pages have it built in (`next.config.ts`), the other processes read it when they start. */
export const brand: Brand = brandOf(process.env.BRAND);
