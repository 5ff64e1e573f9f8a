const widthMax = 72;

/** JSON as a person would write it: what is short enough stays on its line. */
export function prettyJson(value: unknown, indent = ""): string {
  const short = inOneLine(value);
  if (indent !== "" && indent.length + short.length <= widthMax) return short;
  const inner = `${indent}  `;
  const lines = (items: string[]) => `\n${inner}${items.join(`,\n${inner}`)}\n${indent}`;
  if (Array.isArray(value) && value.length > 0) {
    return `[${lines(value.map((item) => prettyJson(item, inner)))}]`;
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    const items = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => `${JSON.stringify(name)}: ${prettyJson(item, inner)}`);
    return `{${lines(items)}}`;
  }
  return short;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One line with a space after each comma and colon. */
function inOneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOneLine).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const items = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([name, item]) => `${JSON.stringify(name)}: ${inOneLine(item)}`);
  return items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
}
