import "./globals.css";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { fontsClass } from "@/app/fonts";
import { themeScript } from "@/components/theme";
import { ThemeWatcher } from "@/components/theme-watcher";
import { Toaster } from "@/components/toaster";
import { type Brand, brand } from "@/lib/brand";

export const metadata: Metadata = {
  title: { default: brand.name, template: `%s · ${brand.name}` },
  description: brand.tagline,
  applicationName: brand.name,
  // Safari would turn long figures into telephone links.
  formatDetection: { telephone: false, email: false, address: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0b0d" },
  ],
};

/** The brand's own accent, in the place of the style sheet's. */
function accentCss({ accent }: Brand): string {
  if (!accent) return "";
  const rule = (selector: string, shades: (typeof accent)["light"]) =>
    `${selector}{--accent:${shades.accent};--accent-hover:${shades.hover};` +
    `--accent-fg:${shades.foreground};--accent-soft:${shades.soft}}`;
  return rule(":root:root", accent.light) + rule(":root.dark", accent.dark);
}

/** Reads nothing of the request, so that pages which need none of it stay static. */
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html
      lang="en"
      // The theme's script sets the class before React arrives.
      suppressHydrationWarning
      className={fontsClass}
    >
      <body>
        {brand.accent ? <style>{accentCss(brand)}</style> : null}
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours. */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        {children}
        <ThemeWatcher />
        <Toaster />
      </body>
    </html>
  );
}
