/** The frame and the parts that the two kinds of segmented control share. */
export const segmentedFrameClass =
  "inline-flex h-8 w-fit max-w-full divide-x divide-line overflow-x-auto rounded-md border " +
  "border-line-strong bg-raised [scrollbar-width:none]";

export const segmentClass =
  "relative flex h-full shrink-0 items-center gap-1.5 px-2.75 text-sm whitespace-nowrap text-fg-2 " +
  "tabular-nums transition-colors duration-100 first:rounded-l-[5px] last:rounded-r-[5px] hover:text-fg";

export const segmentSelectedClass = "bg-selected font-medium text-fg";
