import type { NextConfig } from "next";

/** All features that a page could ask the browser for, refused but for writing to the clipboard. */
const permissionsPolicy = [
  "accelerometer=()",
  "autoplay=()",
  "browsing-topics=()",
  "camera=()",
  "clipboard-write=(self)",
  "display-capture=()",
  "encrypted-media=()",
  "fullscreen=()",
  "gamepad=()",
  "geolocation=()",
  "gyroscope=()",
  "hid=()",
  "idle-detection=()",
  "local-fonts=()",
  "magnetometer=()",
  "microphone=()",
  "midi=()",
  "otp-credentials=()",
  "payment=()",
  "picture-in-picture=()",
  "publickey-credentials-create=()",
  "publickey-credentials-get=()",
  "screen-wake-lock=()",
  "serial=()",
  "storage-access=()",
  "usb=()",
  "window-management=()",
  "xr-spatial-tracking=()",
].join(", ");

/** The policy of scripts is the proxy's: it changes with each request. */
const pageHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Permissions-Policy", value: permissionsPolicy },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

const noStore = { key: "Cache-Control", value: "private, no-store" };
/** Chromium asks for a page's icon with each step of its history. */
const oneHour = { key: "Cache-Control", value: "public, max-age=3600" };
const noReferrer = { key: "Referrer-Policy", value: "no-referrer" };
const strictTransport = {
  key: "Strict-Transport-Security",
  value: "max-age=63072000; includeSubDomains",
};

/**
 * Everything may show a person's own data but what is the same for all: the landing page, the documentation and
 * files. `/v1` and `/api` have headers of their own.
 */
const personal = "/((?!v1/|_next/|api/|docs$|docs/|llms|icon|apple-icon|favicon|brand/).+)";
/** Pages about secrets: their addresses, and that one was on them, are nobody's business. */
const secretive =
  "sign-[^/]*|signed-[^/]*|report-key|keys|webhooks|[^/]*password|[^/]*verif[^/]*|confirm[^/]*|reset[^/]*|invit[^/]*|link";

export default {
  // Pages carry the brand from their build on, in the browser too.
  env: { BRAND: process.env.BRAND ?? "" },
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  typedRoutes: true,
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  serverExternalPackages: ["@node-rs/argon2", "postgres", "pino"],
  async headers() {
    return [
      { source: "/((?!v1/).*)", headers: pageHeaders },
      // Browsers believe it over https only; a proxy in front of us says when that is.
      {
        source: "/:path*",
        has: [{ type: "header", key: "x-forwarded-proto", value: "https" }],
        headers: [strictTransport],
      },
      { source: personal, headers: [noStore] },
      { source: "/:icon(icon\\.svg|favicon\\.ico|apple-icon\\.png)", headers: [oneHour] },
      { source: `/:page(${secretive})/:rest*`, headers: [noReferrer] },
      // All but the published form of keys, which anybody may keep.
      { source: "/api/((?!secret-scanning/pattern$).*)", headers: [noStore] },
    ];
  },
  async redirects() {
    const keys = ["/dashboard/keys", "/api-keys", "/settings/api-keys"];
    return [
      { source: "/dashboard", destination: "/overview", permanent: false },
      ...keys.map((source) => ({ source, destination: "/keys", permanent: false })),
    ];
  },
} satisfies NextConfig;
