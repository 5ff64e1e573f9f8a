import type { Route } from "next";
import type { ReactNode } from "react";
import { NearLink } from "@/components/near-link";

/** The title of a way in, and the door beside it. */
export function AuthHeading({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mb-6">
      <h1 className="text-2xl font-semibold wrap-anywhere">{title}</h1>
      <p className="mt-1 text-fg-2 wrap-anywhere">{children}</p>
    </div>
  );
}

/** Leads to the other way in and keeps the page asked for. */
export function AuthLink(props: { path: string; callbackUrl: string; children: ReactNode }) {
  const query = props.callbackUrl ? `?callbackUrl=${encodeURIComponent(props.callbackUrl)}` : "";
  return (
    <NearLink
      href={`${props.path}${query}` as Route}
      className="rounded-sm text-fg underline decoration-line-strong underline-offset-3 hover:decoration-fg"
    >
      {props.children}
    </NearLink>
  );
}
