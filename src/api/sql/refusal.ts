import { ApiError } from "../errors.ts";

/** What the gate does not let through. */
export interface Refusal {
  readonly what:
    | "statement"
    | "clause"
    | "function"
    | "table"
    | "table function"
    | "database"
    | "argument"
    | "type"
    | "parameter"
    | "name"
    | "quote"
    | "character";
  readonly name?: string;
  /** Where in the query, in characters from 0. */
  readonly position?: number;
}

/** The error for what the gate does not let through: `message` says it to people. */
export function refused(message: string, refusal: Refusal): ApiError {
  return new ApiError("sql_refused", message, refusal);
}
