// Prometheus' text format read to the letter, and checked by the rules of `promtool check metrics`.
// Sources: prometheus.io, "Exposition formats"; prometheus/client_golang, testutil/promlint.

export interface PrometheusSample {
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

export interface PrometheusFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly PrometheusSample[];
}

export interface PrometheusText {
  readonly families: readonly PrometheusFamily[];
  /** What the format forbids: a line of words each. */
  readonly mistakes: readonly string[];
}

const TYPES = new Set(["counter", "gauge", "histogram", "summary", "untyped"]);
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|Inf)$|^NaN$/i;
const SAMPLE = /^([^\s{]+)(?:\{(.*)\})? (\S+)( \S+)?$/;
const LABEL = /\s*([^=\s]+)="((?:[^"\\\n]|\\["\\n])*)"\s*(?:,|$)/y;

/** Reads families in one piece each: HELP, TYPE, samples. */
export function readPrometheusText(text: string): PrometheusText {
  const reader = new Reader();
  if (!text.endsWith("\n")) reader.mistakes.push("the last line does not end");
  for (const line of text.split("\n").filter((one) => one.trim() !== "")) reader.read(line);
  return reader;
}

class Reader implements PrometheusText {
  readonly families: { name: string; help: string; type: string; samples: PrometheusSample[] }[] = [];
  readonly mistakes: string[] = [];
  #help = { name: "", text: "" };

  read(line: string): void {
    const [, what, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (what === "HELP") this.#readHelp(name, rest);
    else if (what === "TYPE") this.#readType(name, rest);
    else if (!line.startsWith("#")) this.#readSample(line);
  }

  #readHelp(name: string, text: string): void {
    this.#help = { name, text };
    if (/\\(?![\\n])/.test(text.replaceAll("\\\\", "")))
      this.mistakes.push(`${name}: a backslash in its help is not escaped`);
  }

  #readType(name: string, type: string): void {
    if (this.families.some((family) => family.name === name)) this.mistakes.push(`${name}: stands more than once`);
    if (!TYPES.has(type)) this.mistakes.push(`${name}: ${type} is no type`);
    this.families.push({ name, type, help: this.#help.name === name ? this.#help.text : "", samples: [] });
  }

  #readSample(line: string): void {
    const sample = readSample(line, this.mistakes);
    const family = this.families.at(-1);
    if (sample === undefined) return;
    if (family !== undefined && isOf(family, sample.name)) family.samples.push(sample);
    else this.mistakes.push(`${sample.name}: stands outside its family`);
  }
}

function readSample(line: string, mistakes: string[]): PrometheusSample | undefined {
  const match = SAMPLE.exec(line);
  const [, name = "", inside = "", value = "", time] = match ?? [];
  if (match === null || !METRIC_NAME.test(name) || !NUMBER.test(value)) {
    mistakes.push(`not a sample: ${line}`);
    return undefined;
  }
  if (time !== undefined) mistakes.push(`${name}: has a time of its own`);
  const labels: [string, string][] = [];
  for (LABEL.lastIndex = 0; LABEL.lastIndex < inside.length; ) {
    const found = LABEL.exec(inside);
    if (found === null) {
      mistakes.push(`not a list of labels: ${line}`);
      break;
    }
    labels.push([found[1] as string, unescaped(found[2] as string)]);
  }
  for (const [label] of labels) {
    if (!LABEL_NAME.test(label) || label.startsWith("__")) mistakes.push(`${name}: ${label} is no name of a label`);
  }
  if (new Set(labels.map(([label]) => label)).size < labels.length) mistakes.push(`${name}: a label twice: ${line}`);
  return { name, labels, value: numberOf(value) };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
}

function numberOf(text: string): number {
  return /inf$/i.test(text)
    ? text.startsWith("-")
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY
    : Number(text);
}

function isOf({ name, type }: { readonly name: string; readonly type: string }, sample: string): boolean {
  if (type === "histogram") return [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample);
  if (type === "summary") return [name, `${name}_sum`, `${name}_count`].includes(sample);
  return sample === name;
}

/** A sample as it identifies a series: equal for two of the same labels in whatever order. */
export function seriesOf({ name, labels }: PrometheusSample): string {
  const pairs = labels.map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.sort().join(",")}}`;
}

/** Everything that is wrong with a scrape: by the format, and by promtool's rules. */
export function lintPrometheusText(text: string): string[] {
  const { families, mistakes } = readPrometheusText(text);
  const seen = new Set<string>();
  const repeated = families
    .flatMap(({ samples }) => samples.map(seriesOf))
    .filter((series) => seen.size === seen.add(series).size);
  return [
    ...mistakes,
    ...repeated.map((series) => `${series}: is there twice`),
    ...families.flatMap((family) => RULES.flatMap((rule) => rule(family).map((what) => `${family.name}: ${what}`))),
  ];
}

type Rule = (family: PrometheusFamily) => string[];

const RULES: readonly Rule[] = [hasHelp, isNamedWell, countsEndInTotal, keepsReservedWords, usesBaseUnits, isHistogram];

function hasHelp({ help }: PrometheusFamily): string[] {
  return help.trim() === "" ? ["has no help"] : [];
}

const TYPE_WORDS = ["counter", "gauge", "histogram", "summary", "untyped"];

function isNamedWell({ name, samples }: PrometheusFamily): string[] {
  const labels = new Set(samples.flatMap((sample) => sample.labels.map(([label]) => label)));
  const isCamel = (word: string) => /[a-z][A-Z]/.test(word);
  return [
    ...(name.includes(":") ? ["colons are for rules"] : []),
    ...(isCamel(name) ? ["is not in snake case"] : []),
    ...[...labels].filter(isCamel).map((label) => `its label ${label} is not in snake case`),
    ...name.split("_").flatMap((word) => (TYPE_WORDS.includes(word) ? [`has its type in its name: ${word}`] : [])),
  ];
}

function countsEndInTotal({ name, type }: PrometheusFamily): string[] {
  const isTotal = name.endsWith("_total");
  if (type === "counter") return isTotal ? [] : ["a counter ends in _total"];
  return isTotal ? ["only a counter ends in _total"] : [];
}

function keepsReservedWords({ name, type, samples }: PrometheusFamily): string[] {
  const labels = new Set(samples.flatMap((sample) => sample.labels.map(([label]) => label)));
  const hasParts = type === "histogram" || type === "summary";
  return [
    ...(type !== "histogram" && labels.has("le") ? ["only a histogram has the label le"] : []),
    ...(type !== "summary" && labels.has("quantile") ? ["only a summary has the label quantile"] : []),
    ...(type !== "histogram" && name.endsWith("_bucket") ? ["only a histogram ends in _bucket"] : []),
    ...(!hasParts && /_(?:sum|count)$/.test(name) ? ["only histograms and summaries end in _sum and _count"] : []),
  ];
}

const BASE_UNITS = ["amperes", "bytes", "celsius", "grams", "joules", "kelvin", "meters", "metres", "seconds", "volts"];
const OTHER_UNITS = [
  "minutes",
  "hours",
  "days",
  "weeks",
  "fahrenheit",
  "inches",
  "miles",
  "bits",
  "calories",
  "percent",
];
const PREFIXES = ["pico", "nano", "micro", "milli", "centi", "kilo", "kibi", "mega", "mibi", "giga", "gibi", "tera"];
const ABBREVIATIONS = ["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "m", "h", "d"];

function usesBaseUnits({ name }: PrometheusFamily): string[] {
  return name.split("_").flatMap((word) => {
    const isOther =
      OTHER_UNITS.includes(word) ||
      PREFIXES.some((prefix) => BASE_UNITS.includes(word.slice(prefix.length)) && word.startsWith(prefix));
    if (isOther) return [`${word} is no base unit`];
    return ABBREVIATIONS.includes(word) ? [`${word} is an abbreviated unit`] : [];
  });
}

/** Each of its series has ascending buckets that do not fall, up to +Inf, which is the count; and a sum. */
function isHistogram({ name, type, samples }: PrometheusFamily): string[] {
  if (type !== "histogram") return [];
  const groups = Map.groupBy(samples, ({ labels }) =>
    JSON.stringify(labels.filter(([label]) => label !== "le").sort()),
  );
  return [...groups.values()].flatMap((group) => {
    const ofPart = (part: string) => group.filter((sample) => sample.name === `${name}_${part}`);
    const buckets = ofPart("bucket").map((sample) => ({ ...sample, le: leOf(sample) }));
    const [count, total] = [ofPart("count"), ofPart("sum")];
    const isAscending = buckets.every(({ le }, i) => i === 0 || le > (buckets[i - 1]?.le ?? Number.NaN));
    const isCumulative = buckets.every(({ value }, i) => i === 0 || value >= (buckets[i - 1]?.value ?? Number.NaN));
    const last = buckets.at(-1);
    return [
      ...(isAscending && !buckets.some(({ le }) => Number.isNaN(le)) ? [] : ["its bounds do not ascend"]),
      ...(isCumulative ? [] : ["its buckets fall"]),
      ...(last?.le === Number.POSITIVE_INFINITY ? [] : ["its last bucket is not +Inf"]),
      ...(count.length === 1 && count[0]?.value === last?.value ? [] : ["its count is not its last bucket"]),
      ...(total.length === 1 ? [] : ["it has no sum"]),
    ];
  });
}

function leOf({ labels }: PrometheusSample): number {
  return numberOf(labels.find(([label]) => label === "le")?.[1] ?? "NaN");
}
