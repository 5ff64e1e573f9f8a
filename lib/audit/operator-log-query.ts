import { z } from "zod";
import { type ActGroup, actGroups, operatorActGroups } from "@/lib/audit/act-groups";
import { Day, rangeOf } from "@/lib/audit/log-query";
import type { OperatorLogQuery } from "@/lib/audit/operator-log-terms";
import { type IdKind, isId } from "@/lib/id";

const groupNames: readonly string[] = Object.keys({ ...actGroups, ...operatorActGroups });

const idOr = (kind: IdKind) =>
  z
    .string()
    .refine((text) => isId(kind, text))
    .catch("");

/** Every word of the address by itself: one that can't be leaves the others standing. */
const Params: z.ZodType<OperatorLogQuery> = z.object({
  operator: idOr("user"),
  account: idOr("workspace"),
  group: z
    .custom<ActGroup | "">((text) => typeof text === "string" && groupNames.includes(text))
    .catch(""),
  range: rangeOf,
  from: Day.catch(""),
  to: Day.catch(""),
  before: idOr("audit"),
});

/** Reads the address. What can't be falls back to the default, so that no address is refused. */
export function readOperatorLogQuery(params: URLSearchParams): OperatorLogQuery {
  return Params.parse(Object.fromEntries(params));
}
