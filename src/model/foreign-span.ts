// A span as it came in, as far as dialects may look at it. Ingest implements it over the received bytes: values are
// decoded when they are asked for.

import type { AttributeKey, AttributePrefix } from "./attribute-keys.ts";

/** OTLP's AnyValue: integers beyond 2^53 are decimal texts, bytes stay bytes. */
export type AttributeValue =
  | string
  | number
  | boolean
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** An attribute of a group: what follows the prefix, and the value. */
export type GroupEntry = readonly [suffix: string, value: AttributeValue];

export interface AttributeReader {
  has(key: AttributeKey): boolean;
  /** The value as text: a string as it is, a number or boolean spelled out; otherwise, or when absent, "". */
  text(key: AttributeKey): string;
  /** The value of a number or of a text that spells one. */
  number(key: AttributeKey): number | undefined;
  /** The value of a boolean or of "true" and "false". */
  flag(key: AttributeKey): boolean | undefined;
  value(key: AttributeKey): AttributeValue | undefined;
  /** All attributes whose names begin with the prefix, in the order of arrival. */
  group(prefix: AttributePrefix): readonly GroupEntry[];
  /** Whether any attribute name begins with the prefix. */
  hasGroup(prefix: AttributePrefix): boolean;
  /**
   * Says that the draft represents this attribute in full (as message parts), so that it is not stored a second time.
   * Returns its value.
   */
  take(key: AttributeKey): AttributeValue | undefined;
  takeGroup(prefix: AttributePrefix): readonly GroupEntry[];
}

export interface ForeignEvent {
  readonly name: string;
  readonly timeNs: bigint;
  readonly attributes: AttributeReader;
  /** Says that the draft represents the whole event, so that it is not stored a second time. */
  take(): void;
}

export interface ForeignLink {
  readonly traceId: string;
  readonly spanId: string;
}

export interface ForeignSpan {
  readonly name: string;
  readonly scope: string;
  readonly scopeVersion: string;
  readonly service: string;
  /** OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly otelKind: number;
  /** OTLP's number: 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly hasParent: boolean;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: AttributeReader;
  readonly resource: AttributeReader;
  readonly events: readonly ForeignEvent[];
  readonly links: readonly ForeignLink[];
}

/** A log record as it came in, as far as dialects may look at it. */
export interface ForeignLog {
  readonly eventName: string;
  readonly scope: string;
  readonly service: string;
  readonly timeNs: bigint;
  readonly traceId: string;
  readonly spanId: string;
  readonly severityNumber: number;
  readonly body: AttributeValue | undefined;
  readonly attributes: AttributeReader;
  readonly resource: AttributeReader;
}
