import "server-only";
import { type SQL, sql } from "drizzle-orm";
import { errorStatuses, type LogQuery } from "@/lib/usage/request-log";

/** The endpoint that the index of endpoints leaves out (`db/schema/usage.ts`). */
const busiestEndpoint = "/v1/chat/completions";
/** Environments with more keys than this are found by looking at requests, not at each key's. */
const keysMax = 20;

/** Where a filter's requests are found. */
export interface Source {
  /** A table of values `v` that an index is asked for one by one; none for a single look. */
  values: SQL | null;
  /** What an index finds, of `l` and `v`. */
  indexed: SQL;
  /** What is left to be judged row by row; null where the index says it all. */
  rest: SQL | null;
}

/** All of some conditions. */
export function and(conditions: SQL[]): SQL {
  return sql.join(conditions, sql` and `);
}

function statusesOf(status: string): number[] {
  return status.length === 1
    ? errorStatuses.filter((code) => String(code).startsWith(status))
    : [Number(status)];
}

/** A list of words as PostgreSQL reads arrays; none of them can hold a quote. */
function arrayOf(values: readonly (string | number)[]): string {
  return `{${values.join(",")}}`;
}

/** Which index finds the most of a filter, and what of it is left. Fixed columns; values are bound. */
export function chooseSource(
  workspaceId: string,
  query: LogQuery,
  keyIds: string[] | null,
): Source {
  const own = sql`l.workspace_id = ${workspaceId}`;
  const { status, key, model, endpoint } = query;
  const isError = status !== "" && Number(status[0]) >= 4;
  const found: Array<{ values?: SQL; indexed: SQL; plain: SQL }> = [];
  if (isError) {
    const codes = arrayOf(statusesOf(status));
    found.push({
      values: sql`unnest(${codes}::integer[]) as v (value)`,
      // The second condition is the index's own, which the planner can't conclude from the first.
      indexed: sql`${own} and l.status = v.value and l.status >= 400`,
      plain: sql`l.status = any(${codes}::integer[])`,
    });
  } else if (status !== "") {
    const plain =
      status.length === 1 ? sql`l.status between 200 and 299` : sql`l.status = ${Number(status)}`;
    found.push({ indexed: own, plain });
  }
  if (key !== "") {
    const indexed = sql`l.key_id = ${key}`;
    found.push({ indexed: sql`${indexed} and ${own}`, plain: indexed });
  }
  if (model !== "") {
    const plain = sql`l.model = ${model}`;
    found.push({ indexed: sql`${own} and ${plain}`, plain });
  }
  if (endpoint !== "") {
    const plain = sql`l.path = ${endpoint}`;
    const isIndexed = endpoint !== busiestEndpoint;
    found.push({ indexed: isIndexed ? sql`${own} and ${plain}` : own, plain });
  }
  if (keyIds) {
    const ids = arrayOf(keyIds);
    const plain = sql`l.key_id = any(${ids}::text[])`;
    found.push(
      keyIds.length > keysMax
        ? { indexed: own, plain }
        : {
            values: sql`unnest(${ids}::text[]) as v (value)`,
            indexed: sql`l.key_id = v.value and ${own}`,
            plain,
          },
    );
  }
  const isBare = (one: { indexed: SQL }) => one.indexed === own;
  const best = found.find((one) => !isBare(one));
  const rest = found.filter((one) => one !== best).map(({ plain }) => plain);
  return {
    values: best?.values ?? null,
    indexed: best?.indexed ?? own,
    rest: rest.length > 0 ? and(rest) : null,
  };
}
