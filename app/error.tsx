"use client";

import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import { MessagePage } from "@/components/message-page";
import { brand } from "@/lib/brand";

export interface ErrorPageProps {
  error: Error & { digest?: string };
  retry: () => void;
}

export default function ErrorPage({ error, retry }: ErrorPageProps) {
  return (
    <MessagePage
      brandName={brand.name}
      code="500"
      title="Something went wrong on our side"
      reference={error.digest}
      actions={
        <>
          <Button variant="primary" onClick={retry}>
            Try again
          </Button>
          <ButtonLink href="/overview">Go to overview</ButtonLink>
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
