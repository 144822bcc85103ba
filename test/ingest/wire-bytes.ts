// Protobuf by hand, for messages that protobufjs would not write.

import { encode } from "../support/otlp-proto.ts";
import { attribute } from "./requests.ts";

/** A length-delimited field. */
export function field(number: number, bytes: Uint8Array): Buffer {
  const head = [(number << 3) | 2];
  let rest = bytes.length;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) head.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.from([...head, rest]), bytes]);
}

/** What the first field of a message holds, a length-delimited one. */
export function content(message: Buffer): Buffer {
  let at = 1;
  while ((message[at++] as number) >= 0x80);
  return message.subarray(at);
}

/** A KeyValue whose value is so many AnyValues deep. */
export function deepKeyValue(depth: number): Buffer {
  let value: Buffer = Buffer.from([0x10, 1]);
  for (let i = 1; i < depth; i++) value = field(5, field(1, value));
  return Buffer.concat([encode("KeyValue", attribute("deep", {})), field(2, value)]);
}

/** A span, a log record or a metric in the frames of an export request. */
export function inFrames(item: Buffer): Buffer {
  return field(1, field(2, field(2, item)));
}
