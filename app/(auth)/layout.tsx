import type { Route } from "next";
import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { NearLink } from "@/components/near-link";
import { ThemeToggle } from "@/components/theme-toggle";
import { brand } from "@/lib/brand";

/** One narrow column for the ways in. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col">
      {/* These pages send no referrer, and without scripts a form would then have no origin to show. */}
      <noscript>
        <meta name="referrer" content="same-origin" />
      </noscript>
      <header className="flex h-14 items-center justify-between gap-4 px-5 md:px-10">
        <NearLink href="/" className="flex min-w-0 rounded-md">
          <Logo brandName={brand.name} />
        </NearLink>
        <ThemeToggle />
      </header>
      <main className="mx-auto flex w-full max-w-90 flex-1 flex-col px-0 pt-[min(14vh,9rem)] pb-16 max-[400px]:max-w-none max-[400px]:px-5">
        {children}
      </main>
      <footer className="px-5 pb-6 text-center text-xs text-fg-3">
        Questions?{" "}
        <a
          href={`mailto:${brand.supportEmail}`}
          className="text-fg-2 underline decoration-line-strong underline-offset-3 hover:text-fg hover:decoration-fg"
        >
          {brand.supportEmail}
        </a>{" "}
        or{" "}
        <NearLink
          href={"/docs" as Route}
          className="text-fg-2 underline decoration-line-strong underline-offset-3 hover:text-fg hover:decoration-fg"
        >
          read the docs
        </NearLink>
      </footer>
    </div>
  );
}
