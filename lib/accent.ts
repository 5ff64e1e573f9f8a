/** One accent in one theme, with the colours that go with it; each pair has a contrast of 4.5 : 1. */
export interface AccentShades {
  accent: string;
  hover: string;
  /** Text on the accent. */
  foreground: string;
  /** A ground tinted with it. */
  soft: string;
}

/** A theme's variant of a chosen colour, and what was done to make it readable. */
export interface AccentVariant extends AccentShades {
  /** How far the lightness was moved, in points of OKLCH's percent: below zero is darker. */
  movedBy: number;
  /** The least contrast with any ground of the page. */
  contrastOnPage: number;
  /** Of text on the accent. */
  contrastOfText: number;
}

export interface AccentPair<Shades = AccentShades> {
  light: Shades;
  dark: Shades;
}

/** The colours of the style sheet, for a brand that has none of its own. */
export const plainAccent: AccentPair = {
  light: { accent: "#2b5bd7", hover: "#244ebb", foreground: "#ffffff", soft: "#eef3ff" },
  dark: { accent: "#7aa2ff", hover: "#95b5ff", foreground: "#0b0b0d", soft: "#16203a" },
};

type Triple = readonly [number, number, number];

/** Text of any size needs it: WCAG 2.2, 1.4.3. It is more than the 3 : 1 of controls (1.4.11). */
const readable = 4.5;
const step = 0.0025;

/** The grounds that an accent stands on in the style sheet, and the text that stands on it. */
const themes = {
  light: { grounds: ["#ffffff", "#fafafa", "#f4f4f5"], foreground: "#ffffff", towards: -1 },
  dark: {
    grounds: ["#0b0b0d", "#101013", "#141417", "#19191c"],
    foreground: "#0b0b0d",
    towards: 1,
  },
} as const;

const clamp = (value: number) => Math.min(1, Math.max(0, value));

function channelsOf(color: string): Triple {
  const at = (start: number) => Number.parseInt(color.slice(start, start + 2), 16) / 255;
  return [at(1), at(3), at(5)];
}

const toLinear = (value: number) =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const toGamma = (value: number) =>
  value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;

/** WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminanceOf(color: string): number {
  const [r, g, b] = channelsOf(color);
  return 0.2126 * toLinear(r) + 0.7152 * toLinear(g) + 0.0722 * toLinear(b);
}

/** The contrast of two colours, `#rrggbb`, from 1 to 21. */
export function contrastOf(a: string, b: string): number {
  const [one, other] = [luminanceOf(a), luminanceOf(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** Lightness, chroma and hue in radians. The matrices are https://bottosson.github.io/posts/oklab/ */
function toOklch(color: string): Triple {
  const [gammaR, gammaG, gammaB] = channelsOf(color);
  const [r, g, b] = [toLinear(gammaR), toLinear(gammaG), toLinear(gammaB)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const x = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const y = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return [lightness, Math.hypot(x, y), Math.atan2(y, x)];
}

function toLinearRgb([lightness, chroma, hue]: Triple): Triple {
  const [x, y] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * x + 0.2158037573 * y) ** 3;
  const m = (lightness - 0.1055613458 * x - 0.0638541728 * y) ** 3;
  const s = (lightness - 0.0894841775 * x - 1.291485548 * y) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const isInSrgb = (rgb: Triple) => rgb.every((value) => value >= -0.0005 && value <= 1.0005);

/** The colour in sRGB with this lightness and hue and as much of the chroma as there is. */
function toHex([lightness, chroma, hue]: Triple): string {
  let kept = chroma;
  if (!isInSrgb(toLinearRgb([lightness, chroma, hue]))) {
    let [least, most] = [0, chroma];
    for (let round = 0; round < 16; round += 1) {
      kept = (least + most) / 2;
      if (isInSrgb(toLinearRgb([lightness, kept, hue]))) least = kept;
      else most = kept;
    }
    kept = least;
  }
  const hex = toLinearRgb([lightness, kept, hue]).map((value) =>
    Math.round(clamp(toGamma(clamp(value))) * 255)
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${hex.join("")}`;
}

/** The first colour, as lightness goes from `from` by steps in a direction, that `isFine`. */
function findShade(
  [from, chroma, hue]: Triple,
  towards: number,
  isFine: (color: string) => boolean,
): { color: string; lightness: number } | null {
  for (let count = 0; count <= 1 / step; count += 1) {
    const lightness = clamp(from + towards * step * count);
    const color = toHex([lightness, chroma, hue]);
    if (isFine(color)) return { color, lightness };
    if (count > 0 && (lightness === 0 || lightness === 1)) return null;
  }
  return null;
}

function variantOf(chosen: string, theme: keyof typeof themes): AccentVariant | null {
  const { grounds, foreground, towards } = themes[theme];
  const wanted = toOklch(chosen);
  const [lightness, chroma, hue] = wanted;
  const onPage = (color: string) => Math.min(...grounds.map((one) => contrastOf(color, one)));
  const isReadable = (color: string) =>
    onPage(color) >= readable && contrastOf(color, foreground) >= readable;
  const found = isReadable(chosen)
    ? { color: chosen, lightness }
    : findShade(wanted, towards, isReadable);
  if (!found) return null;
  const accent = found.color;
  const holdsText = (color: string) => contrastOf(color, foreground) >= readable;
  // Away from the page, so that contrast grows; at the end of the scale there is only the way back.
  const away = found.lightness + towards * 0.05;
  const isAtEnd = away < 0.08 || away > 0.97;
  const hover = findShade(
    [isAtEnd ? found.lightness - towards * 0.08 : away, chroma, hue],
    towards,
    (color) => color !== accent && holdsText(color),
  );
  const soft = findShade(
    [theme === "light" ? 0.965 : 0.25, Math.min(chroma, theme === "light" ? 0.02 : 0.05), hue],
    -towards,
    (color) => contrastOf(accent, color) >= readable,
  );
  if (!hover || !soft) return null;
  return {
    ...{ accent, hover: hover.color, foreground, soft: soft.color },
    movedBy: 100 * (found.lightness - lightness),
    contrastOnPage: onPage(accent),
    contrastOfText: contrastOf(accent, foreground),
  };
}

/**
 * The light and the dark variant of a colour, `#rrggbb`: its hue, and its lightness moved only as far as text
 * needs. Null for what is no such colour or can't be made readable.
 */
export function accentFrom(chosen: string): AccentPair<AccentVariant> | null {
  const color = chosen.toLowerCase();
  if (!/^#[0-9a-f]{6}$/.test(color)) return null;
  const light = variantOf(color, "light");
  const dark = variantOf(color, "dark");
  return light && dark ? { light, dark } : null;
}

/** What a variant says of itself: `Darkened by 12.5 points of lightness. 4.51:1 …` */
export function describeVariant({
  movedBy,
  contrastOnPage,
  contrastOfText,
}: AccentVariant): string {
  const ratio = (value: number) => `${(Math.floor(value * 100) / 100).toFixed(2)}:1`;
  const moved =
    movedBy === 0
      ? "Used as chosen."
      : `${movedBy < 0 ? "Darkened" : "Lightened"} by ${Math.abs(movedBy).toFixed(1)} points of lightness.`;
  return `${moved} ${ratio(contrastOnPage)} on the page, ${ratio(contrastOfText)} under text.`;
}

/** The style sheet's rules that put an accent in the place of its own. */
export function accentCss({ light, dark }: AccentPair): string {
  const rule = (selector: string, shades: AccentShades) =>
    `${selector}{--accent:${shades.accent};--accent-hover:${shades.hover};` +
    `--accent-fg:${shades.foreground};--accent-soft:${shades.soft}}`;
  return rule(":root:root", light) + rule(":root.dark", dark);
}
