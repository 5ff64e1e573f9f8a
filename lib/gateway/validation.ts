import type { z } from "zod";
import { type FieldProblem, invalidFields } from "@/lib/gateway/errors";

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

function toProblem(issue: z.core.$ZodIssue, body: unknown): FieldProblem {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const name = issue.keys[0] ?? "";
    return {
      path: path === "" ? name : `${path}.${name}`,
      code: "unrecognized",
      message: "is not allowed here",
    };
  }
  const isMissing =
    issue.code !== "custom" && path !== "" && valueAt(body, issue.path) === undefined;
  return {
    path: path === "" ? "$" : path,
    code: isMissing ? "required" : issue.code,
    message: isMissing ? "field required" : issue.message,
  };
}

/** Checks a parsed body against its schema. Throws missing_param or param, naming every field. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [first, ...rest] = result.error.issues.map((issue) => toProblem(issue, body));
  if (!first) throw result.error;
  throw invalidFields([first, ...rest]);
}
