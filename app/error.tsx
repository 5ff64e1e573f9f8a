"use client";

import { buttonClass } from "@/components/button-class";
import { MessagePage } from "@/components/message-page";
import { brand } from "@/lib/brand";

export interface ErrorPageProps {
  error: Error & { digest?: string };
  retry: () => void;
}

/** Comes with every page in case it is needed, so it is made of little: plain links, no kit. */
export default function ErrorPage({ error, retry }: ErrorPageProps) {
  return (
    <MessagePage
      brandName={brand.name}
      code="500"
      title="Something went wrong on our side"
      reference={error.digest}
      actions={
        <>
          <button type="button" className={buttonClass({ variant: "primary" })} onClick={retry}>
            Try again
          </button>
          <a href="/overview" className={buttonClass({})}>
            Go to overview
          </a>
        </>
      }
    >
      This is our fault, not yours. Try again in a moment; if it stays, write to{" "}
      <a
        href={`mailto:${brand.supportEmail}`}
        className="text-fg underline decoration-line-strong underline-offset-3 hover:decoration-fg"
      >
        {brand.supportEmail}
      </a>
      {error.digest ? " and quote the reference." : "."}
    </MessagePage>
  );
}
