// What is known of a stored message part without reading its text: enough to say who said it, and to join a tool's result
// to its call.

export interface PartHead {
  /** `system`, `user`, `assistant`, `tool`, or empty where a text has no speaker. */
  readonly role: string;
  /** A PartType of draft.ts. */
  readonly type: string;
  /** Of a tool call or its result: the call's id, or empty. */
  readonly callId: string;
  /** Of a tool call or its result: the tool, or empty. */
  readonly name: string;
  /** Size of the text in UTF-8. */
  readonly bytes: number;
}

/** By the hash of the part. */
export type PartHeads = ReadonlyMap<string, PartHead>;
