/**
 * The name on the door. Everything a customer reads that names the company comes from here, so that
 * a deployment under another name changes one object.
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
}

export const brand: Brand = {
  name: "Gatehouse",
  keyPrefix: "gate",
  keyVariable: "GATEHOUSE_API_KEY",
  urlVariable: "GATEHOUSE_API_URL",
  supportEmail: "support@gatehouse.example",
  tagline: "API keys, usage and billing for every model, behind one door.",
};
