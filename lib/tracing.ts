import type { IncomingHttpHeaders } from "node:http";
import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { log } from "@/lib/log";

/** Null while no traces are wanted: then nothing below costs more than a look at it. */
let tracer: Tracer | null = null;

/**
 * Sends traces where OTEL_EXPORTER_OTLP_ENDPOINT says, by OTLP over HTTP; other OTEL_… variables (sampler,
 * headers, limits) mean what OpenTelemetry's specification says. What sends them is loaded only then.
 * Answers what sends the rest and ends it.
 */
export async function startTracing(
  service: string,
  endpoint: string | undefined,
): Promise<() => Promise<void>> {
  if (endpoint === undefined) return async () => undefined;
  const { openExporter } = await import("@/lib/tracing-exporter");
  const exporter = openExporter(service, endpoint);
  tracer = exporter.tracer;
  log.info({ service }, "traces are sent");
  return async () => {
    tracer = null;
    await exporter.close();
  };
}

/** A piece of work in a trace. */
export class TracedWork {
  private constructor(
    private readonly span: Span,
    private readonly place: Context,
  ) {}

  /** Begins one within `parent`, by default what runs now; null where no traces are wanted. */
  static begin(
    name: string,
    attributes: Attributes,
    { kind = SpanKind.INTERNAL, parent }: { kind?: SpanKind; parent?: Context } = {},
  ): TracedWork | null {
    if (!tracer) return null;
    const within = parent ?? context.active();
    const span = tracer.startSpan(name, { kind, attributes }, within);
    return new TracedWork(span, trace.setSpan(within, span));
  }

  get context(): Context {
    return this.place;
  }

  /** Runs what belongs to it, so that what that begins is found below it. */
  run<T>(work: () => T): T {
    return context.with(this.place, work);
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  /** `what` is a name of ours: messages of errors repeat what callers and providers said. */
  fail(what: string): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: what });
  }

  rename(name: string): void {
    this.span.updateName(name);
  }

  end(): void {
    this.span.end();
  }

  /** `traceparent` and its kin, for a request that belongs to it. */
  headers(): Record<string, string> {
    const carrier: Record<string, string> = {};
    propagation.inject(this.place, carrier);
    return carrier;
  }
}

/** Begins the trace of a request, or goes on with its caller's (W3C Trace Context). */
export function traceRequest(
  headers: IncomingHttpHeaders,
  attributes: Attributes,
): TracedWork | null {
  if (!tracer) return null;
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  return TracedWork.begin("request", attributes, { kind: SpanKind.SERVER, parent });
}

/** Does work as a part of `parent`'s trace, or of what runs now. What it throws is thrown. */
export async function traced<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  parent?: TracedWork | null,
): Promise<T> {
  if (!tracer) return await work();
  const piece = TracedWork.begin(name, attributes, parent ? { parent: parent.context } : {});
  if (!piece) return await work();
  try {
    return await piece.run(work);
  } catch (error) {
    piece.fail(nameOfFailure(error));
    throw error;
  } finally {
    piece.end();
  }
}

/** What a failure is called: by our own names where it has one, else the kind of error. */
export function nameOfFailure(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  return "failure" in error && typeof error.failure === "string" ? error.failure : error.name;
}
