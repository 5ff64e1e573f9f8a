import type { Route } from "next";
import { AuthHeading } from "@/app/(auth)/auth-heading";
import { ButtonLink } from "@/components/button-link";

/** A mailed link that opens nothing: used, too old, or cut off on its way. */
export function DeadLink({ label, href }: { label: string; href: Route }) {
  return (
    <>
      <AuthHeading title="This link is no longer valid">
        It was already used, has expired, or wasn’t copied completely. Each link works once.
      </AuthHeading>
      <ButtonLink href={href} variant="primary">
        {label}
      </ButtonLink>
    </>
  );
}
