import type { ReactNode } from "react";
import { Logo } from "@/components/logo";

export interface MessagePageProps {
  brandName: string;
  /** A short technical word above the title, such as "404". */
  code: string;
  title: string;
  children: ReactNode;
  actions: ReactNode;
  /** What to quote to support. */
  reference?: string | undefined;
}

/** A whole page that says one thing: not found, or failed. */
export function MessagePage(props: MessagePageProps) {
  const { brandName, code, title, children, actions, reference } = props;
  return (
    <div className="flex min-h-dvh flex-col px-5 md:px-10">
      <header className="flex h-14 items-center">
        <a href="/" className="flex min-w-0 rounded-md">
          <Logo brandName={brandName} />
        </a>
      </header>
      <main className="mx-auto flex w-full max-w-105 flex-1 flex-col justify-center pb-28">
        <p className="font-mono text-sm text-fg-3">{code}</p>
        <h1 className="mt-2 text-2xl font-semibold">{title}</h1>
        <div className="mt-2 text-fg-2">{children}</div>
        <div className="mt-6 flex flex-wrap gap-2">{actions}</div>
        {reference ? (
          <p className="mt-8 border-t border-line pt-3 text-xs text-fg-3">
            Reference <code className="font-mono text-fg-2 select-all">{reference}</code>
          </p>
        ) : null}
      </main>
    </div>
  );
}
