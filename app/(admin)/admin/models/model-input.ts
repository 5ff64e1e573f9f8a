import { textOf } from "@/app/(admin)/admin/form/form-text";

/** What the form of a model sends, from its fields. */
export function modelInput(data: FormData) {
  const models = data.getAll("wayModel");
  return {
    displayName: textOf(data, "displayName"),
    ownedBy: textOf(data, "ownedBy"),
    contextTokens: textOf(data, "contextTokens"),
    outputTokensMax: textOf(data, "outputTokensMax"),
    outputTokensDefault: textOf(data, "outputTokensDefault"),
    listed: data.get("listed") === "on",
    ways: data.getAll("wayUpstream").map((upstreamId, i) => ({
      upstreamId: String(upstreamId),
      model: String(models[i] ?? "").trim(),
    })),
  };
}
