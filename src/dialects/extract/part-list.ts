import type { ContentPart, Json, PartType } from "../../model/draft.ts";
import { jsonText } from "./values.ts";

export type PartMeta = { readonly [key: string]: Json };

/**
 * Collects the parts of one side of a span, message by message. Equal content must become equal parts in whatever
 * shape it is sent, because parts are stored once per trace and recognized by their hash: a model's answer is found
 * again in the next call's input.
 */
export class PartList {
  readonly parts: ContentPart[] = [];
  /** False once something was met that the parts do not represent. */
  complete = true;
  /** Roles outside the common ones are names of tools (Langfuse's LangChain handler). */
  readonly rolesAreTools: boolean;
  #role = "";
  #name = "";
  #begun = false;

  constructor(rolesAreTools = false) {
    this.rolesAreTools = rolesAreTools;
  }

  /** Opens a message. The speaker's name is kept except for the model's own: it stands on the span that spoke. */
  begin(role: string, name = ""): void {
    this.#role = role;
    this.#name = role === "assistant" ? "" : name;
    this.#begun = false;
  }

  get role(): string {
    return this.#role;
  }

  /** Adds a part to the open message. An empty text is nothing. */
  add(type: PartType, body: string, meta?: PartMeta): void {
    if (body === "" && meta === undefined) return;
    this.#push(this.#role, type, body, meta ?? (this.#name === "" ? undefined : { name: this.#name }));
  }

  /** Adds a value as JSON. One that cannot be written, because it is nested too deep, is not represented. */
  addJson(value: Json, meta?: PartMeta): void {
    const text = jsonText(value);
    if (text === "") this.complete = false;
    else this.add("json", text, meta);
  }

  /** Adds a part whose role its type decides: calls are the assistant's, results the tool's. */
  addCall(body: string, id: string, name: string): void {
    this.#push("assistant", "tool_call", body, callMeta(id, name));
  }

  addResult(body: string, id: string, name: string): void {
    this.#push("tool", "tool_result", body, id !== "" ? { id } : callMeta("", name));
  }

  #push(role: string, type: PartType, body: string, meta: PartMeta | undefined): void {
    const part = meta === undefined ? { role, type, body } : { role, type, body, meta };
    this.parts.push(this.#begun ? { ...part, continues: true } : part);
    this.#begun = true;
  }
}

function callMeta(id: string, name: string): PartMeta | undefined {
  if (id !== "" && name !== "") return { id, name };
  if (id !== "") return { id };
  return name !== "" ? { name } : undefined;
}
