import { textOf } from "@/app/(admin)/admin/form/form-text";

/** What the form of an upstream sends, from its fields. */
export function upstreamInput(data: FormData) {
  return {
    name: textOf(data, "name"),
    baseUrl: textOf(data, "baseUrl"),
    credential: textOf(data, "credential"),
    allowPrivate: data.get("allowPrivate") === "on",
  };
}
