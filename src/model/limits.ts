const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

/**
 * Every limit on what comes in, waits or goes out. Beyond a limit something is refused with a clear error or cut with
 * a count of what was cut; nothing grows without bound and nothing vanishes silently.
 */
export const LIMITS = {
  // requests
  bodyBytes: 64 * MiB,
  compressedBodyBytes: 64 * MiB,
  bodiesInFlightBytes: 256 * MiB,
  /**
   * What parsing a JSON body may take. A large body of telemetry weighs up to eighteen times its size, of which it uses a
   * third; one that was made for it (`[{},{},…`) weighs more and is refused unparsed.
   */
  jsonWeightBytes: 1280 * MiB,
  /** Heap of the thread that parses JSON: were it full, the whole process would end. */
  jsonHeapMiB: 1536,
  headerBytes: 32 * KiB,
  queryStringBytes: 8 * KiB,
  connections: 12_288,
  requestTimeoutMs: 60_000,
  headersTimeoutMs: 20_000,
  /** Longer than the 60 s at which OpenTelemetry SDKs export metrics, so that they can keep their connection. */
  keepAliveTimeoutMs: 75_000,
  grpcMessageBytes: 64 * MiB,
  eventsPerRequest: 50_000,
  /** Spans, log records or metrics of an OTLP request, and the messages around them. */
  itemsPerRequest: 1_000_000,
  partialSuccessMessageBytes: 4 * KiB,

  // telemetry
  nestingDepth: 64,
  attributesPerItem: 1024,
  attributeKeyBytes: 1 * KiB,
  attributeValueBytes: 16 * MiB,
  nameBytes: 1 * KiB,
  /** Value of a label of a metric's series. */
  labelBytes: 1 * KiB,
  eventsPerSpan: 1024,
  linksPerSpan: 1024,
  runIdBytes: 256,
  tagsPerSpan: 64,
  hintBytes: 16 * KiB,
  eventIdBytes: 256,
  eventTypeBytes: 256,
  eventMessageBytes: 1 * MiB,
  eventDataBytes: 16 * MiB,
  bucketsPerPoint: 4096,
  seriesPerProject: 1_000_000,
  spansPerRun: 2_000_000,
  /** Kinds of errors, by agent and by what failed, that are kept of one run; the rest is counted as `other`. */
  errorsPerRun: 50,
  errorTypeCharacters: 200,
  errorMessageCharacters: 300,
  /** A value longer than this is stored once per trace in `contents`, with a preview in the row. */
  inlineValueBytes: 512,
  previewCharacters: 200,
  /** How far an item's time may lie after its receipt; before the year 2000 it is refused too. */
  clockAheadMs: 24 * 3600_000,
  /** A span that is open lasts until now, but no longer than so long after the last record of its run. */
  openSilenceMs: 3 * 24 * 3600_000,

  // memory of what was seen
  repeatedBodies: 65_536,
  repeatedBodyAgeMs: 600_000,
  repeatedEventIds: 2_000_000,
  repeatedEventAgeMs: 900_000,
  seenParts: 1_000_000,
  attributeKeys: 65_536,

  // journal
  groupRows: 20_000,
  groupBytes: 16 * MiB,
  groupLingerMs: 4,
  segmentBytes: 16 * MiB,
  segmentRows: 50_000,
  segmentAgeBusyMs: 500,
  segmentAgeCalmMs: 2_000,
  /** Above this rate segments are sealed by `segmentAgeBusyMs`. */
  busyRowsPerS: 1_000,
  journalBytes: 2 * GiB,
  journalShareOfFreeDisk: 0.2,

  // engine and store
  engineMemoryBytes: 900 * MiB,
  queryMemoryBytes: 400 * MiB,
  queryTimeMs: 30_000,
  queryResultRows: 2_000_000,
  readers: 4,
  queriesWaiting: 256,

  // SQL of readers
  sqlBytes: 64 * KiB,
  sqlTimeMs: 10_000,
  sqlMemoryBytes: 200 * MiB,
  sqlThreads: 2,
  sqlResultRows: 50_000,
  sqlResultBytes: 16 * MiB,
  /** The result as JSON, in which one value may stand many times. */
  sqlAnswerBytes: 64 * MiB,
  /** How many run at once; so many more wait, and what comes beyond is refused. */
  sqlQueries: 2,
  sqlQueriesWaiting: 8,

  // answers
  pageSize: 50,
  pageSizeMax: 1000,
  totalCountMax: 10_000,
  runSpansJson: 200_000,
  cachedRunBytes: 128 * MiB,
  /** Analysis of more spans than this runs in the worker. */
  mainThreadSpans: 2_000,
  unsettledRunsListed: 2_000,
  /** Aligned spans of one answer; those that tell most come first. */
  comparedSpans: 10_000,
  /** Spans of two runs that can be compared: both are in memory at once. */
  comparedRunSpans: 400_000,
  /** Runs of a name whose median is taken, the newest of them. */
  medianRuns: 1000,
  waitForMs: 10_000,
  searchResults: 1000,
  /** Parts of one turn of a transcript; more of them go on in another turn. */
  conversationTurnParts: 100,
  /** Turns of one page of a transcript, and about how much text it has. */
  conversationPage: 1000,
  conversationPageBytes: 2 * MiB,
  /** Of a text, in a page of a transcript; the rest is asked for by its hash. */
  conversationTextCharacters: 16 * KiB,
  /** Quantiles of gauges are exact over this many points of a question. */
  exactPoints: 1_000_000,
  metricGroups: 1000,
  /** Groups of the key figures that one answer has, and groups × steps. */
  keyMetricGroups: 200,
  keyMetricPoints: 20_000,
  /** Changes of state of an agent that one answer tells. */
  activityStates: 5_000,
  /** Runs that the tasks of an agent are looked for in, its newest ones; those with more spans are left out. */
  taskRuns: 25,
  taskRunSpans: 20_000,
  /** Pairs of agents that one answer has. */
  edges: 50_000,
  seriesSteps: 2000,
  /** Groups times steps of one answer. */
  seriesPoints: 200_000,

  // what people keep
  configItems: 1000,
  configBodyBytes: 256 * KiB,
  boardPanels: 64,
  /** Issued keys of a project that are not revoked. */
  keys: 200,
  keyNameCharacters: 100,
  keyYearsAhead: 10,

  // live
  runsTracked: 200_000,
  sockets: 10_000,
  /** Records that wait to be handed to subscribers; beyond, they read them from the log. */
  liveQueueRows: 100_000,
  /** Ids of events by which repeats are known while anybody listens, and from how many records they are learned. */
  liveRecentIds: 2_000_000,
  liveRecentRecords: 500_000,
  subscriptionsPerSocket: 64,
  streamMessageBytes: 64 * KiB,
  streamBatchMs: 20,
  streamBatchEvents: 500,
  /** What a subscriber holds while it goes over from replay to live. */
  streamHeldEvents: 20_000,
  /** A socket with more waiting than this is given nothing more until it has taken half of it. */
  socketBufferBytes: 1 * MiB,
  /** Items of a snapshot of a state channel. */
  snapshotItems: 500,
  stateUpdatesPerS: 4,
} as const;
