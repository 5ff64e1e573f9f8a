import type { Route } from "next";
import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { NearLink } from "@/components/near-link";
import { AccountMenu, type SignOutAction, type Viewer } from "@/components/shell/account-menu";
import { AtWidth } from "@/components/shell/at-width";
import { MobileNav } from "@/components/shell/mobile-nav";
import { DocsLink, Nav, SupportLink } from "@/components/shell/nav";
import { Shortcuts } from "@/components/shell/shortcuts";

export interface AppShellProps {
  brandName: string;
  supportEmail: string;
  /** Says which workspace this is, and leads to others. */
  workspace: ReactNode;
  viewer: Viewer;
  /** The balance chip at the sidebar's foot. */
  balance?: ReactNode;
  /** The same, small, for the phone's top bar. */
  phoneBalance?: ReactNode;
  /** Opens the command menu. */
  command?: ReactNode;
  /** Stands above every page, such as that the account is suspended. */
  notice?: ReactNode;
  /** Ends the session and leaves; a server action. */
  signOut: SignOutAction;
  children: ReactNode;
}

const phoneBalanceSlot = "phone-balance";

/** The frame of every signed-in page: the sidebar, on phones a top bar and a sheet, and the page. */
export function AppShell({ children, notice, ...frame }: AppShellProps) {
  return (
    // A dialog takes the pointer from the whole document, which would restyle all that inherits it: a table of
    // 50 rows for up to 100 ms. Its veil lies over everything anyway.
    <div className="pointer-events-auto min-h-dvh md:grid md:grid-cols-[232px_minmax(0,1fr)]">
      <SkipLink />
      <Shortcuts />
      <aside
        aria-label="Sidebar"
        className="sticky top-0 flex h-dvh flex-col gap-0.5 overflow-y-auto border-r border-line bg-panel px-2.5 py-3.5 max-md:hidden"
      >
        <FrameContent
          {...frame}
          balance={
            <AtWidth wide={frame.balance} phone={frame.phoneBalance} phoneSlot={phoneBalanceSlot} />
          }
        />
      </aside>
      <header
        data-print="hide"
        className="sticky top-0 z-40 flex h-13 items-center justify-between border-b border-line bg-bg px-4 md:hidden"
      >
        <HomeLink brandName={frame.brandName} />
        <div className="flex items-center gap-3">
          <div id={phoneBalanceSlot} />
          <MobileNav>
            <FrameContent {...frame} balance={null} command={null} />
          </MobileNav>
        </div>
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

function FrameContent(props: Omit<AppShellProps, "children" | "notice">) {
  return (
    <>
      <div className="flex items-center gap-3 px-2 pt-1 pb-3.5 max-md:pr-12">
        <HomeLink brandName={props.brandName} />
        {props.workspace}
      </div>
      {props.command}
      <Nav />
      <div className="mt-auto grid grid-cols-[minmax(0,1fr)] gap-2 pt-4">
        <div className="grid gap-0.5">
          <DocsLink />
          <SupportLink email={props.supportEmail} />
        </div>
        {props.balance}
        <AccountMenu viewer={props.viewer} signOut={props.signOut} />
      </div>
    </>
  );
}

function HomeLink({ brandName }: { brandName: string }) {
  return (
    <NearLink href={"/overview" as Route} className="flex max-w-3/5 shrink-0 rounded-md">
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
