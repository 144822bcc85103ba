/** Everything that is bounded in the SDK: it runs in other people's processes. */
export const LIMITS = {
  /** A span that is still open after so long is announced. */
  announceAfterMs: 150,
  /** Young spans that may be watched at a time; more are counted as dropped. */
  watchedSpans: 65_536,
  /** Announced in one go; the user's program has its turn before the next ones. */
  announcedAtOnce: 256,
  /** How long records are gathered before they are sent. */
  lingerMs: 100,
  /** Of each of the three queues: events, spans, points. */
  queueRecords: 2048,
  queueBytes: 4_194_304,
  /** Ended spans carry what models were told and said. */
  spanQueueBytes: 16_777_216,
  batchRecords: 512,
  batchBytes: 1_048_576,
  /** An answer that takes longer counts as none. */
  requestMs: 10_000,
  answerBytes: 1_048_576,
  /** So much of an answer is said when it is bad news. */
  troubleCharacters: 300,
  sockets: 4,
  backOffFirstMs: 500,
  backOffMs: 30_000,
  retryAfterMs: 300_000,
  /** How long `flush` and `shutdown` take at most unless told otherwise. */
  flushMs: 5000,
  /** How long the end of a process is held back for what is not sent yet. */
  exitFlushMs: 2000,
  /** The server is told about drops at most so often. */
  dropReportMs: 10_000,
  /** Longer strings are left out of the announcement of a span; its end brings them. */
  announcedTextCharacters: 1024,
  /** Inputs and outputs are cut here. */
  contentCharacters: 1_048_576,
  /** Values inside an input or output; beyond, it is not written as JSON. */
  contentValues: 20_000,
  valueDepth: 16,
} as const;
