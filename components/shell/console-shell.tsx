import { LayoutGrid } from "lucide-react";
import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { AccountMenu, type SignOutAction, type Viewer } from "@/components/shell/account-menu";
import { ConsoleNav } from "@/components/shell/console-nav";
import { MobileNav } from "@/components/shell/mobile-nav";

export interface ConsoleShellProps {
  brandName: string;
  viewer: Viewer;
  /** Ends the session and leaves; a server action. */
  signOut: SignOutAction;
  /** Says what holds on every page, such as an open look at an account. */
  notice?: ReactNode;
  children: ReactNode;
}

/** The frame of the operator's console. Nobody should take it for a customer's dashboard. */
export function ConsoleShell({ children, notice, ...frame }: ConsoleShellProps) {
  return (
    <div className="min-h-dvh border-t-3 border-fg md:grid md:grid-cols-[232px_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-fg px-3 py-2 font-medium text-bg focus:translate-y-0"
      >
        Skip to content
      </a>
      <aside
        aria-label="Sidebar"
        className="sticky top-0 z-10 flex h-[calc(100dvh-3px)] flex-col overflow-y-auto border-r border-line bg-panel px-2.5 py-3.5 max-md:hidden"
      >
        <ConsoleFrame {...frame} />
      </aside>
      <header
        data-print="hide"
        className="sticky top-0 z-40 flex h-13 items-center justify-between border-b border-line bg-bg px-4 md:hidden"
      >
        <ConsoleHome brandName={frame.brandName} />
        <MobileNav>
          <ConsoleFrame {...frame} />
        </MobileNav>
      </header>
      <main id="main" tabIndex={-1} className="min-w-0 px-4 py-6 md:px-10 md:py-7">
        <div className="mx-auto max-w-280">
          {notice}
          {children}
        </div>
      </main>
    </div>
  );
}

function ConsoleFrame({
  brandName,
  viewer,
  signOut,
}: Omit<ConsoleShellProps, "children" | "notice">) {
  return (
    <>
      <div className="px-2 pt-1 pb-4 max-md:pr-12">
        <ConsoleHome brandName={brandName} />
      </div>
      <ConsoleNav />
      <div className="mt-auto grid grid-cols-[minmax(0,1fr)] gap-2 pt-4">
        <a
          href="/overview"
          className="flex h-7.5 items-center gap-2.25 rounded-md px-2 text-[0.84375rem] text-fg-2 hover:bg-hover hover:text-fg max-md:h-10 max-md:gap-3 max-md:text-md [&_svg]:size-4"
        >
          <LayoutGrid aria-hidden strokeWidth={1.75} />
          Your own dashboard
        </a>
        <AccountMenu viewer={viewer} signOut={signOut} />
      </div>
    </>
  );
}

function ConsoleHome({ brandName }: { brandName: string }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <a href="/admin/accounts" className="flex min-w-0 rounded-md">
        <Logo brandName={brandName} />
      </a>
      <span className="shrink-0 rounded-sm bg-fg px-1.5 text-2xs font-medium text-bg">
        Operator
      </span>
    </span>
  );
}
