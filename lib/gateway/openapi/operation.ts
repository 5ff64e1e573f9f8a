import type { z } from "zod";
import type { FailureName } from "@/lib/gateway/failures";

export type ScopeName = "read" | "write" | "admin" | "webhook";

/** A named schema becomes a component of the document, so that generated clients get a type of it. */
export interface NamedSchema {
  /** PascalCase; one name is one schema. */
  name: string;
  schema: z.ZodType;
  example: unknown;
}

export interface OperationAnswer {
  status: 200 | 201;
  description: string;
  /** Of the JSON answer; one for each dialect where the route has two. */
  body: NamedSchema | readonly NamedSchema[];
  /** Headers of this answer beside the common ones: name → what it says. */
  headers?: Readonly<Record<string, string>>;
  /** Tells by headers what it cost and what is left. */
  isCharged?: boolean;
  /** Where `stream: true` answers with events instead: what they are. */
  stream?: { description: string; example: string };
}

/** One method of one path, as the OpenAPI document tells of it. */
export interface Operation {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As the document and the logs name it: `/v1/resources/{id}`. */
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  /** What the key needs, `any` for one scope whichever; null where no key is asked for. */
  scope: ScopeName | "any" | null;
  /** True where a call counts against no limit. */
  isUncounted?: boolean;
  /** Whose error bodies it answers with; `models` is OpenAI's or, with `anthropic-version`, Anthropic's. */
  dialect: "anthropic" | "openai" | "rest" | "models";
  /** What each parameter of the path is. */
  params?: Readonly<Record<string, { description: string; example: string }>>;
  query?: z.ZodObject;
  /** Request headers that mean something here: name → what. */
  requestHeaders?: Readonly<Record<string, string>>;
  body?: NamedSchema & { isOptional?: boolean };
  answer: OperationAnswer;
  /** What it may fail with beside what its shape implies (key, body, ids, rate, our faults). */
  failures?: readonly FailureName[];
}
