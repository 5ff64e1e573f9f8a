import localFont from "next/font/local";

/*
 * The typeface by the scripts of its letters, as its makers cut it: what nearly every page needs comes with
 * it, the rest when a letter of it is shown. Whole, the two would be half of what a page sends.
 */

const sans = localFont({
  src: "../node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2",
  variable: "--font-geist-sans",
  weight: "100 900",
  // In `font-stand-ins.css`, as wide as ours: Next's own knows Arial alone.
  adjustFontFallback: false,
  fallback: ["Geist as Arial", "Geist as DejaVu"],
});

// Stands before `sans`, whose stand-ins would take these letters otherwise.
const sansLatinExtended = localFont({
  src: "../node_modules/@fontsource-variable/geist/files/geist-latin-ext-wght-normal.woff2",
  variable: "--font-geist-latin-extended",
  weight: "100 900",
  preload: false,
  adjustFontFallback: false,
  declarations: [
    {
      prop: "unicode-range",
      value:
        "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
    },
  ],
});

const sansCyrillic = localFont({
  src: "../node_modules/@fontsource-variable/geist/files/geist-cyrillic-wght-normal.woff2",
  variable: "--font-geist-cyrillic",
  weight: "100 900",
  preload: false,
  adjustFontFallback: false,
  declarations: [
    { prop: "unicode-range", value: "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116" },
  ],
});

const mono = localFont({
  src: "../node_modules/@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2",
  variable: "--font-geist-mono",
  weight: "100 900",
  adjustFontFallback: false,
  fallback: ["Geist Mono as Menlo", "Geist Mono as Consolas"],
});

/** Has the style sheet's `--font-…` mean these, on the element and below it. */
export const fontsClass = [sans, sansLatinExtended, sansCyrillic, mono]
  .map((font) => font.variable)
  .join(" ");
