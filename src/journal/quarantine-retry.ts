// Which segments are made of what was set aside when it is to be tried again.
//
// The frames of one commit group have the same first offset, one frame a table, and were perhaps set aside one by one:
// they make one segment together, named after that offset as every segment is. A whole file comes back under its own
// name. Where a name is taken, by a segment that is being loaded, its frames wait for the next time.

import { type FrameHeader, scanSegment } from "./frame.ts";
import { isMissing, isSegment, segmentName } from "./journal-files.ts";
import type { Quarantine } from "./quarantine.ts";

/** A segment to be made again. */
export interface RetriedSegment {
  readonly name: string;
  /** What lies in the quarantine for it, in the order in which it goes into the segment. */
  readonly sources: readonly string[];
  readonly frames: number;
}

export interface RetryPlan {
  readonly segments: readonly RetriedSegment[];
  /** Files in the quarantine that cannot be read, or not as a whole. */
  readonly unreadable: number;
}

interface Source {
  readonly name: string;
  readonly header: FrameHeader;
}

/** Reads what lies in the quarantine, one file after the other, and says what can be made of it. */
export async function planRetry(quarantine: Quarantine): Promise<RetryPlan> {
  const whole: RetriedSegment[] = [];
  const single: Source[] = [];
  let unreadable = 0;
  for (const name of quarantine.names()) {
    const bytes = await readOrForget(quarantine, name);
    if (bytes === undefined) continue;
    const { frames, damaged, end } = scanSegment(bytes);
    const [first] = frames;
    const isOneFrame = frames.length === 1 && damaged.length === 0 && end === bytes.length;
    if (first !== undefined && isSegment(name)) whole.push({ name, sources: [name], frames: frames.length });
    else if (first !== undefined && isOneFrame) single.push({ name, header: first });
    else unreadable++;
  }
  const groups = Map.groupBy(single, ({ header }) => segmentName(header.firstOffset));
  return { segments: [...whole, ...[...groups].map(([name, sources]) => together(name, sources))], unreadable };
}

/** The bytes of a segment to be made. A frame that lies here twice, after a crash, goes in once. */
export async function bytesOf({ sources }: RetriedSegment, quarantine: Quarantine): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const name of sources) {
    const bytes = await quarantine.read(name);
    if (!parts.some((part) => part.equals(bytes))) parts.push(bytes);
  }
  return Buffer.concat(parts);
}

function together(name: string, sources: readonly Source[]): RetriedSegment {
  const sorted = sources.toSorted((a, b) => a.header.table - b.header.table || (a.name < b.name ? -1 : 1));
  const distinct = new Set(sources.map(({ header }) => `${header.table} ${header.lastOffset} ${header.blockCrc}`));
  return { name, sources: sorted.map((source) => source.name), frames: distinct.size };
}

/** Undefined when somebody took it away: then nothing is left to be tried. */
async function readOrForget(quarantine: Quarantine, name: string): Promise<Buffer | undefined> {
  try {
    return await quarantine.read(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await quarantine.forget(name);
    return undefined;
  }
}
