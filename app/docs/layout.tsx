import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { choiceScript, choiceStyle } from "@/app/docs/choices";
import { DocsNav, PhoneDocsNav } from "@/app/docs/docs-nav";
import { navGroups } from "@/app/docs/nav-groups";
import { SearchButton } from "@/app/docs/search-button";
import { ThemeButton } from "@/app/docs/theme-button";
import { Islands } from "@/app/islands/islands";
import { originScript } from "@/app/islands/origin";
import { ButtonLink } from "@/components/button-link";
import { Logo } from "@/components/logo";
import { brand } from "@/lib/brand";
import { configuredOrigin } from "@/lib/docs/values";

/** The frame of the documentation. It knows nothing of who reads it, so every page is static. */
export default function DocsLayout({ children }: { children: ReactNode }) {
  const groups = navGroups();
  return (
    <div className="mx-auto max-w-360">
      <InlineScript code={choiceScript} />
      <style>{choiceStyle}</style>
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-fg px-3 py-2 font-medium text-bg focus:translate-y-0"
      >
        Skip to content
      </a>
      <Header />
      <PhoneDocsNav groups={groups} />
      <div className="lg:grid lg:grid-cols-[232px_minmax(0,1fr)]">
        <aside
          aria-label="Sidebar"
          className="sticky top-14 z-10 h-[calc(100dvh-3.5rem)] overflow-y-auto border-r border-line px-3 py-6 max-lg:hidden"
        >
          <DocsNav groups={groups} />
        </aside>
        {children}
      </div>
      {configuredOrigin() ? null : <InlineScript code={originScript} />}
      <Islands />
    </div>
  );
}

function Header() {
  return (
    <header
      data-print="hide"
      className="sticky top-0 z-40 flex h-14 items-center gap-3 border-b border-line bg-bg px-5"
    >
      <Link href="/" className="flex min-w-0 items-center rounded-md">
        <Logo brandName={brand.name} />
      </Link>
      <Link
        href={"/docs" as Route}
        className="flex items-center rounded-md text-fg-2 hover:text-fg max-sm:hidden"
      >
        Docs
      </Link>
      <div className="ml-auto flex shrink-0 items-center gap-2">
        <SearchButton />
        <ThemeButton />
        <ButtonLink href={"/overview" as Route}>Dashboard</ButtonLink>
      </div>
    </header>
  );
}

/** A constant of ours that has to run while the page is being read, before anything is drawn. */
function InlineScript({ code }: { code: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: nothing in it comes from outside.
  return <script dangerouslySetInnerHTML={{ __html: code }} />;
}
