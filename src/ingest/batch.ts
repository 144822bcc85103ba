import { ByteWriter } from "../base/byte-writer.ts";
import type { Clock } from "../base/time.ts";
import {
  CONTENTS,
  EVENTS,
  JOURNALED_TABLES,
  type JournaledTableName,
  POINTS,
  RUN_TRACES,
  SPAN_FACTS,
  SPANS,
} from "../model/columns.ts";
import type { RowCounts } from "../model/committed-group.ts";
import { TableBuilder } from "../store/native/table-builder.ts";

/** Gives every record its number: strictly increasing, one per record, never twice. */
export interface OffsetSource {
  next(): number;
}

/**
 * The rows of one commit group on their way to the journal, one builder per table. Writers begin a row here and then
 * put its columns; the three that every record has are put by `begin`.
 */
export class Batch {
  readonly spans = new TableBuilder(SPANS);
  readonly contents = new TableBuilder(CONTENTS);
  readonly span_facts = new TableBuilder(SPAN_FACTS);
  readonly run_traces = new TableBuilder(RUN_TRACES);
  readonly events = new TableBuilder(EVENTS);
  readonly points = new TableBuilder(POINTS);

  /** Memory of the blocks, kept from group to group. */
  readonly #blocks = new Map<JournaledTableName, ByteWriter>();
  readonly #offsets: OffsetSource;
  readonly #clock: Clock;
  #receivedS = 0;
  rows = 0;
  /** About how many bytes of requests the rows were made of: counted by those who write them. */
  inputBytes = 0;
  /** Tokens that its model calls used. */
  tokens = 0;
  /** Offset of the first and of the last record; 0 while there is none. */
  firstOffset = 0;
  lastOffset = 0;

  constructor(offsets: OffsetSource, clock: Clock) {
    this.#offsets = offsets;
    this.#clock = clock;
  }

  /** Begins a row of a table: gives it its project, offset and time of receipt, and returns its number. */
  begin(table: JournaledTableName, project: string): number {
    const builder = this[table];
    const row = builder.addRow();
    const offset = this.#offsets.next();
    if (this.rows === 0) {
      this.firstOffset = offset;
      this.#receivedS = Math.floor(this.#clock.nowMs() / 1000);
    }
    this.rows++;
    this.lastOffset = offset;
    const { columns } = builder;
    columns.project.put(row, project);
    columns.received.put(row, this.#receivedS);
    columns.offset.put(row, offset);
    return row;
  }

  /** The builders that have rows, in the order in which a segment is loaded. */
  filled(): TableBuilder[] {
    const builders: TableBuilder[] = [];
    for (const table of JOURNALED_TABLES) {
      const builder = this[table.name as JournaledTableName] as TableBuilder;
      if (builder.rows > 0) builders.push(builder);
    }
    return builders;
  }

  /** A table's rows as a Native block, good until the batch is cleared. */
  encode(table: JournaledTableName): Uint8Array {
    const out = this.#blocks.get(table) ?? new ByteWriter();
    this.#blocks.set(table, out);
    out.clear();
    this[table].writeBlock(out);
    return out.written();
  }

  counts(): RowCounts {
    return {
      contents: this.contents.rows,
      spans: this.spans.rows,
      span_facts: this.span_facts.rows,
      run_traces: this.run_traces.rows,
      events: this.events.rows,
      points: this.points.rows,
    };
  }

  clear(): void {
    for (const builder of this.filled()) builder.clear();
    this.rows = this.inputBytes = this.tokens = 0;
    this.firstOffset = this.lastOffset = 0;
  }
}
