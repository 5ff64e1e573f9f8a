import type { Metadata } from "next";
import { ButtonLink } from "@/components/button-link";
import { MessagePage } from "@/components/message-page";
import { brand } from "@/lib/brand";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <MessagePage
      brandName={brand.name}
      code="404"
      title="There is nothing here"
      actions={
        <>
          <ButtonLink href="/overview" variant="primary">
            Go to overview
          </ButtonLink>
          <ButtonLink href="/">Home</ButtonLink>
        </>
      }
    >
      The address may be mistyped, or what was here belongs to someone else or is gone.
    </MessagePage>
  );
}
