import type { z } from "zod";
import { type FieldProblem, invalidFields } from "@/lib/gateway/errors";

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined;
  }
  return value;
}

type Issue = z.core.$ZodIssue;

const isAtType = (issue: Issue) => issue.path.length === 1 && issue.path[0] === "type";

/** The branch of a union that was meant, as far as the value's own kind and `type` tell. */
function meantBranch(branches: Issue[][]): Issue[] | null {
  const isMismatch = ({ path, code }: Issue) =>
    path.length === 0 && (code === "invalid_type" || code === "invalid_value");
  const fitting = branches.filter((branch) => !branch.some(isMismatch));
  if (fitting.length < 2) return fitting[0] ?? null;
  const [typed, ...others] = fitting.filter((branch) => !branch.some(isAtType));
  if (typed) return others.length === 0 ? typed : null;
  return fitting[fitting.length - 1]?.filter(isAtType) ?? null;
}

/** The problems behind a union's: more precise than that no kind of value fits. */
function unfold(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const branch = meantBranch(issue.errors);
  if (!branch) return [issue];
  return branch.flatMap((inner) => unfold({ ...inner, path: [...issue.path, ...inner.path] }));
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
  const [first, ...rest] = result.error.issues.flatMap(unfold).map((i) => toProblem(i, body));
  if (!first) throw result.error;
  throw invalidFields([first, ...rest]);
}
