/** The frame that every text-like control shares. */
export const controlClass =
  "w-full rounded-md border border-line-strong bg-raised px-2.5 text-base text-fg " +
  "transition-colors duration-100 hover:border-line-control focus-visible:border-accent " +
  "focus-visible:outline-2 focus-visible:outline-offset-[-1px] focus-visible:outline-accent " +
  "aria-invalid:border-red disabled:cursor-not-allowed disabled:bg-panel disabled:text-fg-3 " +
  "[&[readonly]]:bg-panel max-md:text-md";
