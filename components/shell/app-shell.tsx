import type { Route } from "next";
import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { NearLink } from "@/components/near-link";
import { AccountMenu, type SignOutAction, type Viewer } from "@/components/shell/account-menu";
import { MobileNav } from "@/components/shell/mobile-nav";
import { DocsLink, Nav, SupportLink } from "@/components/shell/nav";
import { Shortcuts } from "@/components/shell/shortcuts";

export interface AppShellProps {
  brandName: string;
  supportEmail: string;
  /** Says which workspace this is, and leads to others. */
  workspace: ReactNode;
  viewer: Viewer;
  /** At the sidebar's foot; on phones in the top bar, small. */
  balance?: ReactNode;
  /** Opens the command menu. */
  command?: ReactNode;
  /** Stands above every page, such as that the account is suspended. */
  notice?: ReactNode;
  /** Ends the session and leaves; a server action. */
  signOut: SignOutAction;
  children: ReactNode;
}

/** The frame of every signed-in page: the sidebar, on phones a top bar and a sheet, and the page. */
export function AppShell({ children, notice, ...frame }: AppShellProps) {
  return (
    // A dialog takes the pointer from the whole document, which would restyle all that inherits it: a table of
    // 50 rows for up to 100 ms. Its veil lies over everything anyway.
    <div className="pointer-events-auto min-h-dvh md:grid md:grid-cols-[232px_minmax(0,1fr)]">
      <SkipLink />
      <Shortcuts />
      <Sidebar {...frame} />
      <header
        data-print="hide"
        className="sticky top-0 z-40 flex h-13 items-center justify-between border-b border-line bg-bg px-4 md:hidden"
      >
        <HomeLink brandName={frame.brandName} className="max-w-[calc(100%-10.5rem)]" />
        <MobileNav>
          <FrameTop {...frame} command={null} />
          <div className="mt-auto grid grid-cols-[minmax(0,1fr)] gap-2 pt-4">
            <FrameLinks {...frame} />
            <AccountMenu viewer={frame.viewer} signOut={frame.signOut} />
          </div>
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

type FrameProps = Omit<AppShellProps, "children" | "notice">;

/**
 * On phones nothing of it but the balance is there, over the top bar: one element, so it is never there twice.
 * Elsewhere it lies above the page: what is drawn after something that sticks is put into layers of its own, dozens
 * for a table, and each press would be drawn from all of them.
 */
function Sidebar(frame: FrameProps) {
  return (
    <aside
      aria-label="Sidebar"
      className="top-0 flex-col gap-0.5 border-line bg-panel px-2.5 py-3.5 max-md:contents md:sticky md:z-10 md:flex md:h-dvh md:overflow-y-auto md:border-r"
    >
      <div className="contents max-md:hidden">
        <FrameTop {...frame} />
      </div>
      <div className="mt-auto grid-cols-[minmax(0,1fr)] gap-2 pt-4 max-md:contents md:grid">
        <div className="max-md:hidden">
          <FrameLinks {...frame} />
        </div>
        <div className="max-md:fixed max-md:top-0 max-md:right-15 max-md:z-41 max-md:flex max-md:h-13 max-md:items-center">
          {frame.balance}
        </div>
        <div className="max-md:hidden">
          <AccountMenu viewer={frame.viewer} signOut={frame.signOut} />
        </div>
      </div>
    </aside>
  );
}

function FrameTop({ brandName, workspace, command }: FrameProps) {
  return (
    <>
      <div className="flex items-center gap-3 px-2 pt-1 pb-3.5 max-md:pr-12">
        <HomeLink brandName={brandName} className="max-w-3/5" />
        {workspace}
      </div>
      {command}
      <Nav />
    </>
  );
}

function FrameLinks({ supportEmail }: FrameProps) {
  return (
    <div className="grid gap-0.5">
      <DocsLink />
      <SupportLink email={supportEmail} />
    </div>
  );
}

function HomeLink({ brandName, className }: { brandName: string; className: string }) {
  return (
    <NearLink href={"/overview" as Route} className={`flex shrink-0 rounded-md ${className}`}>
      <Logo brandName={brandName} />
    </NearLink>
  );
}

function SkipLink() {
  return (
    <a
      href="#main"
      className="fixed top-2 left-2 z-60 -translate-y-16 rounded-md bg-fg px-3 py-2 font-medium text-bg focus:translate-y-0"
    >
      Skip to content
    </a>
  );
}
