import { AppError } from "@/lib/errors";

/**
 * Elements that draw or that drawing refers to, as SVG spells them. Everything else goes, with what is in it; `use`
 * as well, because parts that use parts make a small file an endless picture.
 */
const elements = new Set([
  ...["svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline"],
  ...["polygon", "linearGradient", "radialGradient", "stop", "clipPath", "mask"],
]);

/** Elements whose text may stay; it is never markup. */
const withText = new Set(["title", "desc"]);

const attributes = new Set([
  ...["id", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx"],
  ...["ry", "fx", "fy", "fr", "d", "points", "transform", "fill", "fill-rule", "fill-opacity"],
  ...["stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit"],
  ...["stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "opacity", "color", "offset"],
  ...["stop-color", "stop-opacity", "gradientUnits", "gradientTransform", "spreadMethod"],
  ...["clip-path", "clip-rule", "clipPathUnits", "mask", "maskUnits", "maskContentUnits"],
  ...["preserveAspectRatio", "display", "visibility", "vector-effect", "paint-order", "href"],
  "shape-rendering",
]);

const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeXml = (text: string) => text.replace(/[&<>"]/g, (one) => escapes[one] ?? one);

const elementsMax = 2_000;
const depthMax = 64;

/** What is cut out with is not itself cut out: nested, each level would multiply the work of the one before. */
const cutters = new Set(["clipPath", "mask"]);
const cutting = new Set(["clip-path", "mask"]);

const namePattern = /[A-Za-z_][\w:.-]{0,63}/y;
const attributePattern = /\s+([A-Za-z_][\w:.-]{0,63})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;

function refusal(message: string): AppError {
  return new AppError("VALIDATION_ERROR", undefined, {
    fields: { file: message },
  });
}

const broken = "This SVG isn’t well-formed. Export it again.";

function decode(text: string): string {
  return text.replace(/&([^;&]{0,10});|&/g, (_, name: string | undefined) => {
    if (name === undefined) throw refusal(broken);
    const simple = Object.hasOwn(named, name) ? named[name] : undefined;
    if (simple !== undefined) return simple;
    const code = /^#x[0-9a-f]{1,6}$/i.test(name)
      ? Number.parseInt(name.slice(2), 16)
      : /^#\d{1,7}$/.test(name)
        ? Number(name.slice(1))
        : Number.NaN;
    const isCharacter =
      code === 9 ||
      code === 10 ||
      code === 13 ||
      (code >= 32 && code <= 0xd7ff) ||
      (code >= 0xe000 && code <= 0xfffd) ||
      (code >= 0x10000 && code <= 0x10ffff);
    if (isCharacter) return String.fromCodePoint(code);
    throw refusal("This SVG uses entities of its own. Export it without.");
  });
}

/** A value that names nothing outside of the file and holds no script; null otherwise. */
function safeValue(name: string, value: string): string | null {
  if (name === "href") return /^#[\w.-]{1,64}$/.test(value) ? value : null;
  if (name === "id") return /^[\w.-]{1,64}$/.test(value) ? value : null;
  // The one function that names something may name what is in this file.
  const rest = value.replace(/url\(\s*(["']?)#[\w.-]{1,64}\1\s*\)/g, "");
  if (/[\\:@{};<>"']|url|script|expression|import|image|&|\/\*/i.test(rest)) return null;
  return value;
}

interface Open {
  name: string;
  /** Whether it is written; what is in something left out is left out as well. */
  isKept: boolean;
  cuts: boolean;
}

/** Reads one file from its beginning to its end and writes what it knows. */
class Cleaner {
  private at = 0;
  private out = "";
  private readonly open: Open[] = [];
  private count = 0;
  private hasRoot = false;
  readonly leftOut = new Set<string>();
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  clean(): string {
    const declared = /^\s*<\?xml\s[^?>]*\?>/.exec(this.source);
    if (declared) this.at = declared[0].length;
    while (this.at < this.source.length) this.step();
    if (!this.hasRoot || this.open.length > 0) throw refusal(broken);
    return this.out;
  }

  private step(): void {
    const { source } = this;
    if (source[this.at] !== "<") this.text();
    else if (source.startsWith("<!--", this.at)) this.skip("-->", 4);
    else if (source[this.at + 1] === "/") this.end();
    else if (/[!?]/.test(source[this.at + 1] ?? "")) {
      throw refusal("This SVG has a document type, CDATA or instructions. Export it as plain SVG.");
    } else this.start();
  }

  private skip(until: string, from: number): void {
    const end = this.source.indexOf(until, this.at + from);
    if (end === -1) throw refusal(broken);
    this.at = end + until.length;
  }

  private text(): void {
    const next = this.source.indexOf("<", this.at);
    const end = next === -1 ? this.source.length : next;
    const text = decode(this.source.slice(this.at, end));
    this.at = end;
    const inside = this.open.at(-1);
    if (!inside && text.trim() !== "") throw refusal(broken);
    if (inside?.isKept && withText.has(inside.name)) this.out += escapeXml(text);
  }

  private name(): string {
    namePattern.lastIndex = this.at;
    const found = namePattern.exec(this.source);
    if (!found) throw refusal(broken);
    this.at += found[0].length;
    return found[0];
  }

  private end(): void {
    this.at += 2;
    const name = this.name();
    const closing = /\s*>/y;
    closing.lastIndex = this.at;
    const found = closing.exec(this.source);
    const opened = this.open.pop();
    if (!found || opened?.name !== name) throw refusal(broken);
    this.at += found[0].length;
    if (opened.isKept) this.out += `</${name}>`;
  }

  private start(): void {
    this.at += 1;
    const name = this.name();
    const parent = this.open.at(-1);
    if (!parent && (this.hasRoot || name !== "svg")) throw refusal(broken);
    this.count += 1;
    if (this.count > elementsMax || this.open.length >= depthMax) {
      throw refusal("This SVG has more parts than a logo needs. Simplify it.");
    }
    const isKept =
      (parent?.isKept ?? true) && elements.has(name) && !withText.has(parent?.name ?? "");
    if (!elements.has(name)) this.leftOut.add(name);
    const cuts = (parent?.cuts ?? false) || cutters.has(name);
    const written = this.attributes(cuts);
    const closing = /\s*(\/?)>/y;
    closing.lastIndex = this.at;
    const found = closing.exec(this.source);
    if (!found) throw refusal(broken);
    this.at += found[0].length;
    if (isKept) {
      const space = this.hasRoot ? "" : ' xmlns="http://www.w3.org/2000/svg"';
      this.out += `<${name}${space}${written}${found[1] ? "/>" : ">"}`;
    }
    this.hasRoot = true;
    if (!found[1]) this.open.push({ name, isKept, cuts });
  }

  private attributes(cuts: boolean): string {
    const seen = new Set<string>();
    let written = "";
    for (;;) {
      attributePattern.lastIndex = this.at;
      const found = attributePattern.exec(this.source);
      if (!found) return written;
      this.at += found[0].length;
      const given = found[1] ?? "";
      // A file may not say the same twice: which of them counts is every reader's own opinion.
      if (seen.has(given)) throw refusal(broken);
      seen.add(given);
      const name = given === "xlink:href" ? "href" : given;
      const value = decode(found[2] ?? found[3] ?? "");
      if (!attributes.has(name) || (name === "href" && given !== "href" && seen.has("href")))
        continue;
      if (cuts && cutting.has(name)) continue;
      const safe = safeValue(name, value);
      if (safe !== null) written += ` ${name}="${escapeXml(safe)}"`;
    }
  }
}

export interface CleanSvg {
  svg: string;
  /** Names of elements that didn't come through; text of the file. */
  leftOut: string[];
}

/**
 * The same drawing written anew from what is known to be harmless: shapes, gradients, clips and masks. Scripts,
 * styles, links, pictures, foreign content, animation, event handlers and addresses don't come through. Throws
 * VALIDATION_ERROR on what isn't well-formed or has a document type or entities.
 */
export function cleanSvg(source: string): CleanSvg {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(source)) throw refusal(broken);
  const cleaner = new Cleaner(source.replace(/^\ufeff/, ""));
  const svg = cleaner.clean();
  if (!/^<svg\b[^>]*\s(?:viewBox|width)="/.test(svg)) {
    throw refusal("This SVG has no size. Give it a viewBox.");
  }
  return { svg, leftOut: [...cleaner.leftOut].sort() };
}
