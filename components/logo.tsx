import { clsx } from "clsx";
import { brand } from "@/lib/brand";

/** The arch: a door in a wall, cut out so that any ground shows through. */
export function LogoMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden className={clsx("size-5 shrink-0", className)}>
      <path
        fill="currentColor"
        d="M5 0h10a5 5 0 0 1 5 5v10a5 5 0 0 1-5 5h-2V8a3 3 0 0 0-6 0v12H5a5 5 0 0 1-5-5V5a5 5 0 0 1 5-5Z"
      />
    </svg>
  );
}

/** The company's own logo where there is one, as an image: nothing in it can run. */
function BrandMark() {
  const { logoHref } = brand;
  return (
    // Built pages have what is in this span put in when they are sent (`scripts/branded-pages.mjs`).
    <span data-brand-mark="" className="contents">
      {logoHref ? (
        // biome-ignore lint/performance/noImgElement: a file of any shape from our own database.
        <img src={logoHref} alt="" className="brand-logo" />
      ) : (
        <LogoMark />
      )}
    </span>
  );
}

/** The mark and the company's name, which gives way where it is long: its parents have to let it. */
export function Logo({ brandName, className }: { brandName: string; className?: string }) {
  return (
    <span
      className={clsx(
        "inline-flex max-w-full min-w-0 items-center gap-2.25 font-semibold tracking-[-0.01em] text-fg",
        className,
      )}
    >
      <BrandMark />
      <span className="truncate">{brandName}</span>
    </span>
  );
}
