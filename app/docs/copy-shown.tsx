import { Check, Copy } from "lucide-react";
import { buttonClass } from "@/components/button-class";

/** Copies what stands in the block around it, so that the page needn't carry the code twice. */
export function CopyShown({ label }: { label: string }) {
  return (
    <>
      <button
        type="button"
        data-copy
        aria-label={label}
        className={buttonClass({
          variant: "ghost",
          size: "sm",
          iconOnly: true,
          className: "group/copy",
        })}
      >
        <Copy aria-hidden className="group-data-copied/copy:hidden" />
        <Check aria-hidden className="hidden group-data-copied/copy:block" />
      </button>
      <span role="status" className="sr-only" />
    </>
  );
}
