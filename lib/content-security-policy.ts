/** The policy of the logo's file, which may be opened as a page: nothing in it loads or runs. */
export const logoPolicy = "sandbox; default-src 'none'";

/** What decides the policy of a page. */
export interface PolicyChoice {
  /** The hashes of the inline scripts that a page was built with, `sha256-…`. */
  hashes: readonly string[];
  /** Of one request, on pages that are rendered for it; null on pages that were built. */
  nonce: string | null;
  /** Where a form may lead besides our own origin: a payment page, a sign-in provider. */
  formTargets: readonly string[];
  isDevelopment: boolean;
  isHttps: boolean;
}

/**
 * The Content-Security-Policy of a page. Scripts come from our own origin, or carry the nonce of the
 * request or the hash of something that was built. Inline styles are let through: React writes them
 * as attributes, which have no nonce, and they can't run anything.
 */
export function contentSecurityPolicy(choice: PolicyChoice): string {
  const { hashes, nonce, formTargets, isDevelopment, isHttps } = choice;
  const scripts = [
    "'self'",
    ...(nonce === null ? [] : [`'nonce-${nonce}'`]),
    ...hashes.map((hash) => `'${hash}'`),
    // The development server evaluates what it reloads, and writes scripts that no build knows.
    ...(isDevelopment ? ["'unsafe-eval'"] : []),
  ];
  return [
    "default-src 'self'",
    `script-src ${scripts.join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "frame-src 'none'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...formTargets].join(" ")}`,
    ...(isHttps ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}
