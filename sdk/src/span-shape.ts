import type { Context, SpanContext } from "@opentelemetry/api";
import type { HrTime } from "./otlp-json.ts";

/**
 * What the SDK reads of a span. Spans of all versions of OpenTelemetry's SDK fit: 1.x has `parentSpanId` and
 * `instrumentationLibrary` where later ones have `parentSpanContext` and `instrumentationScope`.
 */
export interface RecordedSpan {
  readonly name: string;
  /** OpenTelemetry's number: one less than OTLP's. */
  readonly kind: number;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly {
    readonly name: string;
    readonly time: HrTime;
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }[];
  readonly links: readonly {
    readonly context: SpanContext;
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  }[];
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly resource: ResourceShape;
  readonly parentSpanContext?: { readonly spanId: string } | undefined;
  readonly parentSpanId?: string | undefined;
  readonly instrumentationScope?: ScopeShape | undefined;
  readonly instrumentationLibrary?: ScopeShape | undefined;
  spanContext(): SpanContext;
}

/** A span that is open. */
export interface StartedSpan extends RecordedSpan {
  setAttribute(key: string, value: string): unknown;
}

export interface ResourceShape {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly asyncAttributesPending?: boolean | undefined;
}

export interface ScopeShape {
  readonly name: string;
  readonly version?: string | undefined;
}

/** The span processor of every version of OpenTelemetry's SDK. */
export interface SpanProcessorShape {
  onStart(span: StartedSpan, parentContext: Context): void;
  onEnd(span: RecordedSpan): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
