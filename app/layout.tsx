import "./globals.css";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { fontsClass } from "@/app/fonts";
import { themeScript } from "@/components/theme";
import { ThemeWatcher } from "@/components/theme-watcher";
import { Toaster } from "@/components/toaster";
import { accentCss } from "@/lib/accent";
import { brand } from "@/lib/brand";

/** In `public/`, not beside the pages: Next would put those on every page whatever else is said. */
const ownIcons: Metadata["icons"] = {
  icon: [
    { url: "/favicon.ico", sizes: "48x48", type: "image/x-icon" },
    { url: "/icon.svg", sizes: "any", type: "image/svg+xml" },
  ],
  apple: { url: "/apple-icon.png", sizes: "180x180", type: "image/png" },
};

/** Asked for each page: the name may have changed since the process began. */
export function generateMetadata(): Metadata {
  return {
    title: { default: brand.name, template: `%s · ${brand.name}` },
    description: brand.tagline,
    applicationName: brand.name,
    icons: brand.logoHref ? { icon: brand.logoHref, apple: brand.logoHref } : ownIcons,
    // Safari would turn long figures into telephone links.
    formatDetection: { telephone: false, email: false, address: false },
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0b0d" },
  ],
};

/** Names the end of what is sent of a page at once. */
const endId = "page-end";

/** Reads nothing of the request, so that pages which need none of it stay static. */
export default function RootLayout({ children }: { children: ReactNode }) {
  const { accent } = brand;
  return (
    <html
      lang="en"
      // The theme's script sets the class before React arrives.
      suppressHydrationWarning
      className={fontsClass}
      // What components say in the browser is what they said here (lib/brand.ts).
      data-brand-name={brand.name}
      data-brand-support={brand.supportEmail}
      data-brand-logo={brand.logoHref ?? undefined}
    >
      <body>
        {/* A page that comes in pieces is drawn once it is whole, not in parts that move as others arrive. */}
        <link rel="expect" href={`#${endId}`} blocking="render" />
        {accent ? <style>{accentCss(accent)}</style> : null}
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours. */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        {children}
        <ThemeWatcher />
        <Toaster />
        <div id={endId} hidden />
      </body>
    </html>
  );
}
