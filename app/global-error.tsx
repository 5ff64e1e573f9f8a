"use client";

import "./globals.css";
import ErrorPage, { type ErrorPageProps } from "@/app/error";
import { fontsClass } from "@/app/fonts";
import { brand } from "@/lib/brand";

/** Stands in for the root layout when that itself fails, so it brings its own document. */
export default function GlobalError(props: ErrorPageProps) {
  return (
    <html
      lang="en"
      className={fontsClass}
      data-brand-name={brand.name}
      data-brand-support={brand.supportEmail}
      suppressHydrationWarning
    >
      <body>
        <title>{`Error · ${brand.name}`}</title>
        <ErrorPage {...props} />
      </body>
    </html>
  );
}
