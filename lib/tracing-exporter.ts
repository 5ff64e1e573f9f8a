import type { Tracer } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const timeoutMs = 5_000;

/** Makes and sends spans. Loaded by `startTracing` alone: most deployments don't want it. */
export function openExporter(
  service: string,
  endpoint: string,
): { tracer: Tracer; close(): Promise<void> } {
  const own = resourceFromAttributes({ "service.name": process.env.OTEL_SERVICE_NAME ?? service });
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(own),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: timeoutMs })),
    ],
  });
  provider.register();
  return { tracer: provider.getTracer("gatehouse"), close: () => provider.shutdown() };
}
