import type { Route } from "next";
import Link from "next/link";
import type { ComponentProps } from "react";
import { type ButtonLook, buttonClass } from "@/components/button-class";

export interface ButtonLinkProps
  extends Omit<ComponentProps<"a">, "href" | "className">,
    ButtonLook {
  href: Route;
  prefetch?: boolean;
}

/** A link that looks like a button. Works in server components. */
export function ButtonLink(props: ButtonLinkProps) {
  const { variant, size, iconOnly, className, ...rest } = props;
  return <Link {...rest} className={buttonClass({ variant, size, iconOnly, className })} />;
}
