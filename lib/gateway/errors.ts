import type { Dialect } from "@/lib/gateway/dialect";
import { type FailureName, failureDefinition } from "@/lib/gateway/failures";

/** What is wrong with one field of a body. */
export interface FieldProblem {
  /** Dotted: `messages.0.content`; `$` for the body itself. */
  path: string;
  code: string;
  message: string;
}

interface GatewayErrorOptions {
  /** `error.details` of the REST dialect. */
  details?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** Replaces the registry's sentence in the Anthropic and OpenAI dialects. */
  message?: string;
  param?: string;
  problems?: FieldProblem[];
}

/** A failure of the registry, thrown anywhere on a call's way and rendered in its dialect once. */
export class GatewayError extends Error {
  constructor(
    readonly failure: FailureName,
    readonly options: GatewayErrorOptions = {},
  ) {
    super(failure);
    this.name = "GatewayError";
  }
}

const problemsMax = 20;
const textMax = 200;

/** Callers name fields, and can make the names as long as the body. */
function clip(text: string): string {
  return text.length > textMax ? `${text.slice(0, textMax)}…` : text;
}

/**
 * The failure for wrong or missing body fields: the first decides, the REST dialect lists them, at most
 * twenty.
 */
export function invalidFields(found: [FieldProblem, ...FieldProblem[]]): GatewayError {
  const problems = found.slice(0, problemsMax).map((problem) => ({
    ...problem,
    path: clip(problem.path),
    message: clip(problem.message),
  }));
  const first = problems[0] ?? found[0];
  return new GatewayError(first.code === "required" ? "missing_param" : "param", {
    message: `Invalid request error: ${first.path}: ${first.message}`,
    param: first.path,
    problems,
    details: { errors: problems },
  });
}

export interface RenderedError {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** The error in the caller's own dialect: status, headers of its own and the exact body. */
export function renderError(
  error: GatewayError,
  dialect: Dialect,
  context: { requestId: string; balanceStatus: number },
): RenderedError {
  const definition = failureDefinition(error.failure);
  const headers: Record<string, string> = { ...error.options.headers };
  if (definition.challenge !== undefined && headers["www-authenticate"] === undefined) {
    const reason = definition.challenge ? `, error="${definition.challenge}"` : "";
    headers["www-authenticate"] = `Bearer realm="api"${reason}`;
  }
  if (definition.shouldRetry !== undefined) {
    headers["x-should-retry"] = String(definition.shouldRetry);
  }
  if (definition.closesConnection) headers.connection = "close";
  const anthropicStatus = dialect === "anthropic" ? definition.anthropicStatus : undefined;
  const status = error.failure === "balance" ? context.balanceStatus : definition.status;
  return {
    status: anthropicStatus ?? status,
    headers,
    body: renderBody(error, dialect, context.requestId),
  };
}

function renderBody(
  error: GatewayError,
  dialect: Dialect,
  requestId: string,
): Record<string, unknown> {
  const definition = failureDefinition(error.failure);
  const message = error.options.message ?? definition.message;
  switch (dialect) {
    case "anthropic":
      return {
        type: "error",
        error: { type: definition.anthropicType, message },
        request_id: requestId,
      };
    case "openai":
      return {
        error: {
          message,
          type: definition.openAiType,
          param: error.options.param ?? definition.param ?? null,
          code: definition.code,
        },
      };
    case "rest":
      return {
        success: false,
        message: definition.restMessage,
        error: {
          code: definition.restCode,
          message: definition.restMessage,
          details: error.options.details ?? {},
        },
        ...(error.options.problems ? { errors: error.options.problems } : {}),
      };
  }
}
