import type { Act, ActDetails } from "@/lib/audit/acts";

const textOf = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

type CatalogueAct = Act & { group: "catalogue" | "operators" | "brand" };

function inCatalogue(say: (details: ActDetails) => string): CatalogueAct {
  return { group: "catalogue", say };
}

/** `Retired the model deepseek-chat` */
const of = (verb: string, noun: string, end = "") =>
  inCatalogue(({ name }) => `${verb} the ${noun} ${textOf(name) ?? ""}`.trimEnd() + end);

/** Dollars as the act wrote them, with their cents: `28.5` → `$28.50`. */
function usdOf(value: unknown): string | null {
  const text = textOf(value);
  if (text === null) return null;
  const [whole, cents = ""] = text.split(".");
  return `$${whole}.${cents.padEnd(2, "0")}`;
}

/** `$0.28 in, $0.42 out` for a million tokens. */
function priceOf({ input, output }: ActDetails): string {
  const [inText, outText] = [usdOf(input), usdOf(output)];
  return inText === null || outText === null ? "" : `: ${inText} in, ${outText} out`;
}

/** ` from 2026-12-01 00:00 UTC on`, where it wasn't at once. */
function startOf({ from }: ActDetails): string {
  const text = textOf(from);
  return text === null ? "" : ` from ${text.slice(0, 16).replace("T", " ")} UTC on`;
}

const changed = (noun: string) =>
  inCatalogue((details) => {
    const fields = Array.isArray(details.fields) ? details.fields.join(", ") : "";
    const name = textOf(details.name);
    return `Changed the ${noun}${name ? ` ${name}` : ""}${fields ? `: ${fields}` : ""}`;
  });

/** What operators do to what is sold: models, their prices, upstreams, plans. */
export const catalogueActs = {
  "model.added": inCatalogue(
    (details) => `Added the model ${textOf(details.name) ?? ""}${priceOf(details)}`,
  ),
  "model.updated": changed("model"),
  "model.retired": of("Retired", "model"),
  "model.restored": of("Brought back", "model"),
  "model_price.set": inCatalogue(
    (details) =>
      `Set the price of ${textOf(details.name) ?? "a model"}${startOf(details)}${priceOf(details)}`,
  ),
  "model_price.withdrawn": inCatalogue(
    (details) =>
      `Withdrew the price of ${textOf(details.name) ?? "a model"}${startOf(details)}${priceOf(details)}`,
  ),

  "upstream.added": of("Added", "upstream"),
  "upstream.updated": changed("upstream"),
  "upstream.credential_changed": of("Changed the credential of", "upstream"),
  "upstream.removed": of("Removed", "upstream"),
  "upstream.checked": of("Checked the connection to", "upstream"),

  "plan.updated": changed("plan"),

  "brand.updated": {
    group: "brand",
    say: ({ fields }) =>
      `Changed the brand${Array.isArray(fields) ? `: ${fields.join(", ")}` : ""}`,
  },
  "brand.logo_set": { group: "brand", say: () => "Put up another logo" },
  "brand.logo_removed": { group: "brand", say: () => "Took the logo down" },

  "ledger_check.requested": { group: "operators", say: () => "Asked for a check of the ledger" },
} as const satisfies Record<string, CatalogueAct>;
