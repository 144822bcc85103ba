// Prometheus' text format, version 0.0.4: families in the order in which they are given, samples sorted by their
// labels, so that two scrapes of the same figures are equal byte by byte.
// Source: prometheus.io, "Exposition formats".

export const EXPOSITION_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** A counter or a gauge with its samples. */
export interface SimpleFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly samples: readonly Sample[];
}

export interface HistogramSample {
  readonly labels: Labels;
  /** How many values are not above the bound of the same place; cumulative. */
  readonly atMost: readonly number[];
  readonly count: number;
  readonly sum: number;
}

export interface HistogramFamily {
  readonly name: string;
  readonly help: string;
  readonly type: "histogram";
  /** Ascending, without infinity. */
  readonly bounds: readonly number[];
  readonly samples: readonly HistogramSample[];
}

export type Family = SimpleFamily | HistogramFamily;

/** The families as one text. Families without samples are named all the same. */
export function exposition(families: readonly Family[]): string {
  return families
    .map((family) => [...head(family), ...lines(family)].join("\n"))
    .join("\n")
    .concat("\n");
}

function head({ name, help, type }: Family): string[] {
  return [`# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}`, `# TYPE ${name} ${type}`];
}

function lines(family: Family): string[] {
  if (family.type !== "histogram") {
    return sorted(family.samples).map(({ labels = {}, value }) => line(family.name, labels, value));
  }
  const { name, bounds, samples } = family;
  return sorted(samples).flatMap(({ labels, atMost, count, sum }) => [
    ...bounds.map((bound, i) => line(`${name}_bucket`, { ...labels, le: String(bound) }, atMost[i] ?? 0)),
    line(`${name}_bucket`, { ...labels, le: "+Inf" }, count),
    line(`${name}_sum`, labels, sum),
    line(`${name}_count`, labels, count),
  ]);
}

function sorted<S extends { readonly labels?: Labels }>(samples: readonly S[]): S[] {
  const keyed = samples.map((sample) => ({ key: labelsText(sample.labels ?? {}), sample }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ sample }) => sample);
}

function line(name: string, labels: Labels, value: number): string {
  return `${name}${labelsText(labels)} ${numberText(value)}`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
