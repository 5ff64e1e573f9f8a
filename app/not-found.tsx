import type { Metadata } from "next";
import { buttonClass } from "@/components/button-class";
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
          {/* Plain links: this comes with every page, and whoever needs it is lost anyway. */}
          <a href="/overview" className={buttonClass({ variant: "primary" })}>
            Go to overview
          </a>
          <a href="/" className={buttonClass({})}>
            Home
          </a>
        </>
      }
    >
      The address may be mistyped, or what was here belongs to someone else or is gone.
    </MessagePage>
  );
}
