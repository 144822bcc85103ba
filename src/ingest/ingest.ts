// Everything between the sockets and the journal, wired together.

import type { Clock } from "../base/time.ts";
import type { CommittedGroup } from "../model/committed-group.ts";
import { LIMITS } from "../model/limits.ts";
import { BodyMeter } from "./body-meter.ts";
import { ContentWriter } from "./contents.ts";
import { EventIds } from "./event-ids.ts";
import { EventWriter } from "./event-writer.ts";
import { eventKind } from "./events.ts";
import { GroupCommit, type GroupLog } from "./group-commit.ts";
import { IngestStats } from "./ingest-stats.ts";
import { JsonIntake } from "./json-intake.ts";
import { JsonRecords } from "./json-records.ts";
import { JsonToProtobuf } from "./otlp/json-offload.ts";
import { KeyTable } from "./otlp/key-table.ts";
import { LogIntake } from "./otlp/logs.ts";
import { MetricIntake } from "./otlp/metrics.ts";
import { SpanWriter } from "./otlp/span-writer.ts";
import { TextCache } from "./otlp/text-cache.ts";
import { TraceIntake } from "./otlp/traces.ts";
import { OtlpReceiver } from "./otlp-receiver.ts";
import { PointWriter } from "./point-writer.ts";
import { pointKind } from "./points.ts";
import type { Pricing } from "./pricing.ts";
import { RunTraceWriter } from "./run-traces.ts";

export interface IngestOptions {
  readonly log: GroupLog;
  readonly clock: Clock;
  readonly pricing: Pricing;
  /** Throws JournalUnavailableError when nothing can be taken in now. */
  readonly admit: () => void;
  /** Called with every group after it is durable and before its requests are answered. */
  readonly onCommitted: (group: CommittedGroup) => void;
  /** Called with what should never be thrown; absent: it goes to standard error. */
  readonly onFault?: (error: unknown) => void;
  /** Memory that all bodies on their way in may take. */
  readonly bodiesInFlightBytes?: number;
}

export interface Ingest {
  readonly receiver: OtlpReceiver;
  readonly records: JsonRecords;
  readonly stats: IngestStats;
  readonly eventIds: EventIds;
  /** Finishes what was taken in. */
  close(): Promise<void>;
}

export function createIngest(options: IngestOptions): Ingest {
  const { log, clock, pricing, admit, onCommitted } = options;
  const onFault = options.onFault ?? ((error) => console.error("A request could not be taken in:", error));
  const meter = new BodyMeter(options.bodiesInFlightBytes ?? LIMITS.bodiesInFlightBytes);
  const contents = new ContentWriter();
  const runTraces = new RunTraceWriter();
  const eventIds = new EventIds();
  const onFailed = () => {
    contents.forget();
    runTraces.forget();
    eventIds.forget();
  };
  const commit = new GroupCommit({ log, clock, onCommitted, onFailed });
  const json = new JsonToProtobuf();
  const stats = new IngestStats();
  const events = new EventWriter(eventIds, contents, runTraces);
  const spans = new SpanWriter(contents, runTraces, pricing);
  const points = new PointWriter();
  const otlp = { commit, clock, keys: new KeyTable(), texts: new TextCache(), onFault };
  const receiver = new OtlpReceiver({
    intakes: {
      traces: new TraceIntake({ ...otlp, writer: spans }),
      logs: new LogIntake({ ...otlp, writer: events, spans }),
      metrics: new MetricIntake({ ...otlp, writer: points }),
    },
    ...{ admit, clock, stats, json, meter, onFault },
  });
  const records = new JsonRecords({
    events: new JsonIntake(eventKind(events), commit, clock),
    points: new JsonIntake(pointKind(points), commit, clock),
    clock,
  });
  return {
    ...{ receiver, records, stats, eventIds },
    close: async () => {
      await commit.drained();
      await json.close();
    },
  };
}
