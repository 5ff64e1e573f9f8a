import { clsx } from "clsx";
import type { Route } from "next";
import { NearLink } from "@/components/near-link";
import {
  segmentClass,
  segmentedFrameClass,
  segmentSelectedClass,
} from "@/components/segmented-class";
import { countText } from "@/lib/count-text";

export interface SegmentedLink {
  href: Route;
  label: string;
  /** A figure after the label, such as how many rows the filter holds. */
  count?: number | undefined;
  current: boolean;
}

/** A segmented control whose choice lives in the URL. Works in server components. */
export function SegmentedLinks({
  label,
  links,
  className,
}: {
  label: string;
  links: readonly SegmentedLink[];
  className?: string;
}) {
  return (
    <nav aria-label={label} className={clsx(segmentedFrameClass, className)}>
      {links.map((link) => (
        <NearLink
          key={link.href}
          href={link.href}
          scroll={false}
          aria-current={link.current ? "true" : undefined}
          className={clsx(
            segmentClass,
            "focus-visible:outline-offset-[-2px]",
            link.current && segmentSelectedClass,
          )}
        >
          {link.label}
          {link.count === undefined ? null : (
            <span className={link.current ? "text-fg-2" : "text-fg-3"}>
              {countText(link.count)}
            </span>
          )}
        </NearLink>
      ))}
    </nav>
  );
}
