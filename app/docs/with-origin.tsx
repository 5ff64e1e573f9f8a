import { Fragment, type ReactNode } from "react";
import { configuredOrigin, originMark } from "@/lib/docs/values";
import { defaultOrigin } from "@/lib/shown-origin";

/** Text with the API's origin in its places: the configured one, or a span that the browser fills. */
export function withOrigin(text: string): ReactNode {
  const parts = text.split(originMark);
  if (parts.length === 1) return text;
  const configured = configuredOrigin();
  if (configured) return parts.join(configured);
  let offset = 0;
  return parts.map((part, index) => {
    offset += part.length + 1;
    return (
      <Fragment key={offset}>
        {index > 0 ? (
          <span data-api-origin suppressHydrationWarning>
            {defaultOrigin}
          </span>
        ) : null}
        {part}
      </Fragment>
    );
  });
}
