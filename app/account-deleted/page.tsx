import type { Metadata } from "next";
import { ButtonLink } from "@/components/button-link";
import { MessagePage } from "@/components/message-page";
import { brand } from "@/lib/brand";

export const metadata: Metadata = { title: "Account deleted", robots: { index: false } };

// Its data holds the brand's name, which may change at any minute.
export const dynamic = "force-dynamic";

/** Where deleting an account ends. It says the same to everybody, so it tells nobody anything. */
export default function AccountDeletedPage() {
  return (
    <MessagePage
      brandName={brand.name}
      code="Goodbye"
      title="Your account is deleted"
      actions={
        <>
          <ButtonLink href="/" variant="primary">
            Go to the start page
          </ButtonLink>
          <ButtonLink href="/sign-up">Open a new account</ButtonLink>
        </>
      }
    >
      <p>
        Your keys have stopped working and you are signed out everywhere. A last mail confirms it.
      </p>
      <p className="mt-2">
        Questions, or money left on the balance? Write to{" "}
        <a className="underline underline-offset-2" href={`mailto:${brand.supportEmail}`}>
          {brand.supportEmail}
        </a>
        .
      </p>
    </MessagePage>
  );
}
