// Why single items of `POST /api/v1/events` and `/api/v1/metrics` are not stored. Codes are stable: clients may test for
// them. docs/errors.md lists the same codes, and a test says so.

export const ITEM_ERRORS = {
  event_invalid: "The event does not have the form of a RunEvent.",
  point_invalid: "The value does not have the form of a point.",
  run_id_missing: "Neither `runId` nor `traceId` says which run it belongs to.",
  run_id_invalid: "`runId` is not printable UTF-8 of at most 256 bytes.",
  time_invalid: "The time cannot be read, lies before the year 2000, or more than 24 h ahead.",
  too_large: "`data` is larger than the limit.",
} as const;

export type ItemErrorCode = keyof typeof ITEM_ERRORS;

/** Why one item of a request was not stored. */
export interface ItemError {
  readonly code: ItemErrorCode;
  readonly message: string;
}
