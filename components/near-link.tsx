"use client";

import Link, { useLinkStatus } from "next/link";
import { type ComponentProps, useState } from "react";

type NearLinkProps = Omit<
  ComponentProps<typeof Link>,
  "prefetch" | "onPointerEnter" | "onFocus" | "onTouchStart"
>;

/**
 * A link whose page is fetched ahead when somebody points at it or moves the focus there, and not because
 * it is in sight: a page full of links would fetch the whole product, code and all. What was pressed answers
 * at once, by a line at the top of the window until its page is there.
 */
export function NearLink({ children, ...props }: NearLinkProps) {
  const [isNear, setIsNear] = useState(false);
  // Of the page that is here, asked for in another way, nothing is to be fetched but what it shows.
  const near = () => setIsNear(!`${props.href}`.startsWith(`${window.location.pathname}?`));
  return (
    <Link
      {...props}
      // null is the framework's own way: all of a static page, of others what stays while they load.
      prefetch={isNear ? null : false}
      onPointerEnter={near}
      onFocus={near}
      onTouchStart={near}
    >
      {children}
      <OnTheWay />
    </Link>
  );
}

function OnTheWay() {
  const { pending } = useLinkStatus();
  return pending ? (
    <span
      aria-hidden
      className="pointer-events-none fixed inset-x-0 top-0 z-60 h-0.5 origin-left animate-on-the-way bg-accent"
    />
  ) : null;
}
