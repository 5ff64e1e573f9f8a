import type { Route } from "next";
import type { ComponentProps } from "react";
import { type ButtonLook, buttonClass } from "@/components/button-class";
import { NearLink } from "@/components/near-link";

export interface ButtonLinkProps
  extends Omit<ComponentProps<"a">, "href" | "className">,
    ButtonLook {
  href: Route;
}

/** A link that looks like a button. Works in server components. */
export function ButtonLink(props: ButtonLinkProps) {
  const { variant, size, iconOnly, className, ...rest } = props;
  return <NearLink {...rest} className={buttonClass({ variant, size, iconOnly, className })} />;
}
