// Everything between the sockets and the journal, wired together.

import type { Clock } from "../base/time.ts";
import type { CommittedGroup } from "../model/committed-group.ts";
import { ContentWriter } from "./contents.ts";
import { EventIds } from "./event-ids.ts";
import { EventWriter } from "./event-writer.ts";
import { EventIntake } from "./events.ts";
import { GroupCommit, type GroupLog } from "./group-commit.ts";
import { IngestStats } from "./ingest-stats.ts";
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
import { PointIntake } from "./points.ts";
import { type PriceOverride, Pricing } from "./pricing.ts";
import { RunTraceWriter } from "./run-traces.ts";

export interface IngestOptions {
  readonly log: GroupLog;
  readonly clock: Clock;
  readonly prices: readonly PriceOverride[];
  /** Throws JournalUnavailableError when nothing can be taken in now. */
  readonly admit: () => void;
  /** Called with every group after it is durable and before its requests are answered. */
  readonly onCommitted: (group: CommittedGroup) => void;
}

export interface Ingest {
  readonly receiver: OtlpReceiver;
  readonly records: JsonRecords;
  readonly stats: IngestStats;
  readonly eventIds: EventIds;
  /** Finishes what was taken in. */
  close(): Promise<void>;
}

export function createIngest({ log, clock, prices, admit, onCommitted }: IngestOptions): Ingest {
  const contents = new ContentWriter();
  const runTraces = new RunTraceWriter();
  const eventIds = new EventIds();
  const onFailed = () => {
    contents.forget();
    runTraces.forget();
    eventIds.forget();
  };
  const commit = new GroupCommit({ log, clock, onCommitted, onFailed });
  const keys = new KeyTable();
  const texts = new TextCache();
  const json = new JsonToProtobuf();
  const stats = new IngestStats();
  const events = new EventWriter(eventIds, contents, runTraces);
  const points = new PointWriter();
  const otlp = { commit, clock, keys, texts };
  const receiver = new OtlpReceiver({
    intakes: {
      traces: new TraceIntake({ ...otlp, writer: new SpanWriter(contents, runTraces, new Pricing(prices)) }),
      logs: new LogIntake({ ...otlp, writer: events }),
      metrics: new MetricIntake({ ...otlp, writer: points }),
    },
    admit,
    clock,
    stats,
    json,
  });
  const records = new JsonRecords(
    new EventIntake({ commit, clock, writer: events }),
    new PointIntake({ commit, clock, writer: points }),
    clock,
  );
  return {
    receiver,
    records,
    stats,
    eventIds,
    close: async () => {
      await commit.drained();
      await json.close();
    },
  };
}
