/** `scopes.from`, `maxUses` → `Scopes before`, `Max uses`. */
function labelOf(name: string): string {
  const [field = "", side] = name.split(".");
  const words = field.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ");
  const label = words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
  if (side === "from") return `${label} before`;
  if (side === "to") return `${label} after`;
  return label;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(textOf).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value) === "" ? "empty" : String(value);
}

/** What an act wrote down beside its sentence, as terms and values. Text in it may be a stranger's. */
export function actDetails(details: unknown): [string, string][] {
  if (typeof details !== "object" || details === null || Array.isArray(details)) return [];
  return Object.entries(details).map(([name, value]) => [labelOf(name), textOf(value)]);
}
