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
  /** What the check compared, for the request log only. */
  logged?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** Replaces the registry's sentence in the Anthropic and OpenAI dialects. */
  message?: string;
  /** Replaces the registry's sentence in the REST dialect. */
  restMessage?: string;
  param?: string;
  problems?: FieldProblem[];
  /** Whether the call was charged all the same, so that its `Idempotency-Key` must not run it again. */
  isCharged?: boolean;
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

interface RenderContext {
  requestId: string;
  balanceStatus: number;
  /** Set where the caller wants problem details: their `instance`, and where the codes are explained. */
  problem?: { instance: string; docsUrl: string } | null;
}

/** The error in the caller's own dialect: status, headers of its own and the exact body. */
export function renderError(
  error: GatewayError,
  dialect: Dialect,
  context: RenderContext,
): RenderedError {
  const definition = failureDefinition(error.failure);
  const anthropicStatus = dialect === "anthropic" ? definition.anthropicStatus : undefined;
  const ownStatus = error.failure === "balance" ? context.balanceStatus : definition.status;
  const status = anthropicStatus ?? ownStatus;
  const headers = renderHeaders(error);
  if (dialect !== "rest") {
    return { status, headers, body: renderSdkBody(error, dialect, context.requestId) };
  }
  const rest = renderRestBody(error, context.requestId);
  if (!context.problem) return { status, headers, body: rest };
  headers["content-type"] = "application/problem+json";
  return { status, headers, body: toProblem(error, rest, status, context.problem) };
}

function renderHeaders(error: GatewayError): Record<string, string> {
  const definition = failureDefinition(error.failure);
  const headers: Record<string, string> = { ...error.options.headers };
  if (definition.challenge !== undefined && headers["www-authenticate"] === undefined) {
    const reason = definition.challenge ? `, error="${definition.challenge}"` : "";
    const required = error.options.details?.required;
    const scope = Array.isArray(required) ? `, scope="${required.join(" ")}"` : "";
    headers["www-authenticate"] = `Bearer realm="api"${reason}${scope}`;
  }
  if (definition.shouldRetry !== undefined) {
    headers["x-should-retry"] = String(definition.shouldRetry);
  }
  if (definition.retryAfterSeconds !== undefined) {
    headers["retry-after"] ??= String(definition.retryAfterSeconds);
  }
  if (definition.closesConnection) headers.connection = "close";
  return headers;
}

/** The body that OpenAI's or Anthropic's SDK makes its error of. */
function renderSdkBody(
  error: GatewayError,
  dialect: "openai" | "anthropic",
  requestId: string,
): Record<string, unknown> {
  const definition = failureDefinition(error.failure);
  const message = error.options.message ?? definition.message;
  if (dialect === "anthropic") {
    return {
      type: "error",
      error: { type: definition.anthropicType, message },
      request_id: requestId,
    };
  }
  return {
    error: {
      message,
      type: definition.openAiType,
      param: error.options.param ?? definition.param ?? null,
      code: definition.code,
    },
  };
}

interface RestBody extends Record<string, unknown> {
  message: string;
  error: { code: string; message: string; details: Record<string, unknown> };
  errors?: FieldProblem[];
}

function renderRestBody(error: GatewayError, requestId: string): RestBody {
  const definition = failureDefinition(error.failure);
  const { details, headers, problems, restMessage } = error.options;
  const message = restMessage ?? definition.restMessage;
  const retryAfter = Number(headers?.["retry-after"] ?? definition.retryAfterSeconds);
  return {
    success: false,
    message,
    error: {
      code: definition.restCode,
      message,
      details: {
        ...(definition.namesRequest ? { request_id: requestId } : {}),
        ...(definition.tellsRetryAfter ? { retry_after: retryAfter } : {}),
        ...details,
      },
    },
    ...(problems ? { errors: problems } : {}),
  };
}

/** The same as problem details (https://www.rfc-editor.org/rfc/rfc9457), with our own members beside. */
function toProblem(
  error: GatewayError,
  rest: RestBody,
  status: number,
  { instance, docsUrl }: { instance: string; docsUrl: string },
): Record<string, unknown> {
  const { code, message, details } = rest.error;
  return {
    type: `${docsUrl}#${failureDefinition(error.failure).code}`,
    title: failureDefinition(error.failure).restMessage,
    status,
    detail: error.options.restMessage ?? error.options.message ?? message,
    instance,
    code,
    details,
    ...(rest.errors ? { errors: rest.errors } : {}),
  };
}
