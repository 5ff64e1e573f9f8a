import { clsx } from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";

/** Which way a column is sorted; keeps its place where it isn't, and shows faintly on hover. */
export function SortArrow({ sort }: { sort: "ascending" | "descending" | "none" }) {
  const Icon = sort === "descending" ? ArrowDown : ArrowUp;
  return (
    <Icon
      aria-hidden
      className={clsx(
        "size-3",
        sort === "none" &&
          "opacity-0 transition-opacity [a:focus-visible>&]:opacity-50 [a:hover>&]:opacity-50",
      )}
    />
  );
}
