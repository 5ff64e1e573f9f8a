"use client";

import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import ErrorPage, { type ErrorPageProps } from "@/app/error";
import { brand } from "@/lib/brand";

/** Stands in for the root layout when that itself fails, so it brings its own document. */
export default function GlobalError(props: ErrorPageProps) {
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <title>{`Error · ${brand.name}`}</title>
        <ErrorPage {...props} />
      </body>
    </html>
  );
}
