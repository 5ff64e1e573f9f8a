import type { Route } from "next";
import { ButtonLink } from "@/components/button-link";

/** Which requests have no row, for whoever looks for one in vain. */
const reasons = [
  [
    "It is still running.",
    "A request is logged when it ends; long streams take up to ten minutes.",
  ],
  [
    "No key of yours came with it.",
    "Without a key, or with one that is mistyped (401 missing_api_key, invalid_api_key), nobody knows whose request it was.",
  ],
  [
    "It asked for an address that isn’t there.",
    "Unknown paths and methods (404, 405) end before the key is looked at.",
  ],
  [
    "The service wasn’t available.",
    "What was turned away with 503 service_unavailable was neither counted nor charged.",
  ],
  ["It belongs to another workspace.", "Only its members can look it up."],
] as const;

export function NotFound() {
  return (
    <div className="grid gap-4">
      <div>
        <h3 className="text-md font-medium">There is no such request here</h3>
        <p className="mt-1 text-fg-2">
          Check that the whole id was copied, from the header <code>x-request-id</code> or from the
          error. If it was, one of these is the reason:
        </p>
      </div>
      <ul className="grid gap-3 border-l border-line pl-4">
        {reasons.map(([title, text]) => (
          <li key={title}>
            <p className="font-medium">{title}</p>
            <p className="text-sm text-fg-2">{text}</p>
          </li>
        ))}
      </ul>
      <p>
        <ButtonLink size="sm" href={"/docs/errors" as Route}>
          All errors explained
        </ButtonLink>
      </p>
    </div>
  );
}
