"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { ButtonLink } from "@/components/button-link";

/** For a session that is over: leads to the sign-in page and from there back here. */
export function SignInLink() {
  const search = useSearchParams().toString();
  const here = usePathname() + (search ? `?${search}` : "");
  return (
    <ButtonLink
      href={`/sign-in?callbackUrl=${encodeURIComponent(here)}`}
      variant="primary"
      size="sm"
    >
      Sign in again
    </ButtonLink>
  );
}
