import { type RefObject, useEffect, useState } from "react";
import type { z } from "zod";
import type { Failure } from "@/app/(dashboard)/keys/failure-callout";
import type { FieldErrors } from "@/lib/result";

/** Why a form was refused. `fields` has messages by field, such as `name`, `caps.month`, `modelAllowlist.2`. */
export type Problem = Failure & { fields: FieldErrors };

/** What the browser can tell is wrong with a draft, in the words that the server would use. */
export function findProblem(schema: z.ZodType, draft: unknown): Problem | null {
  const parsed = schema.safeParse(draft);
  if (parsed.success) return null;
  const fields: FieldErrors = {};
  for (const issue of parsed.error.issues) fields[issue.path.join(".")] ??= issue.message;
  return { message: "Check the marked fields and try again.", fields };
}

function belongsTo(key: string, field: string): boolean {
  return key === field || key.startsWith(`${field}.`);
}

export interface FormProblem {
  problem: Problem | null;
  refuse: (found: Problem | null) => void;
  /** The message of a field or, where the field has parts, of its first wrong part. */
  errorOf: (field: string) => string | undefined;
  /** The wrong entries of a field that is a list, by their place. */
  wrongEntries: (field: string) => ReadonlySet<number>;
  /** Whether any of these fields, or a part of one, is wrong. */
  isWrong: (fields: readonly string[]) => boolean;
  /** Makes a setter the change handler of a field: what is changed isn't wrong any more. */
  correcting: <T>(field: string, set: (value: T) => void) => (value: T) => void;
}

/** What is wrong with a form: takes the focus to it, and forgets each field's error as it is changed. */
export function useProblem(form: RefObject<HTMLFormElement | null>): FormProblem {
  const [problem, setProblem] = useState<Problem | null>(null);
  // Kept beside the problem and not taken out of it: a correction must not move the focus.
  const [corrected, setCorrected] = useState<readonly string[]>([]);

  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem, form]);

  /** What is wrong still, by field. */
  const wrong = Object.entries(problem?.fields ?? {}).filter(
    ([key]) => !corrected.some((field) => belongsTo(key, field)),
  );

  return {
    problem,
    refuse(found) {
      setCorrected([]);
      setProblem(found);
    },
    errorOf: (field) => wrong.find(([key]) => belongsTo(key, field))?.[1],
    wrongEntries(field) {
      const places = wrong.filter(([key]) => key.startsWith(`${field}.`));
      return new Set(places.map(([key]) => Number(key.slice(field.length + 1))));
    },
    isWrong: (fields) => wrong.some(([key]) => fields.some((field) => belongsTo(key, field))),
    correcting: (field, set) => (value) => {
      setCorrected((fields) => (fields.includes(field) ? fields : [...fields, field]));
      set(value);
    },
  };
}
