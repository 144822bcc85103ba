// Every setting, once: its flag on the command line, its name in the environment and in talea.config.json, its default
// and its help come from this table. Flags win over the environment, the environment over the file.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseDurationMs } from "../base/time.ts";

type SettingType = "text" | "number" | "flag" | "list" | "duration" | "size" | "level";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
/** What a flag may be set to where it needs a value: in the environment and in the file. */
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ...["true", "1", "yes"].map((word) => [word, true] as const),
  ...["false", "0", "no", ""].map((word) => [word, false] as const),
]);

interface SettingSpec<T extends SettingType = SettingType> {
  readonly type: T;
  readonly default: string;
  /** What the value is called in the help, for example FILE. */
  readonly value: string;
  readonly doc: string;
}

function setting<T extends SettingType>(type: T, fallback: string, value: string, doc: string): SettingSpec<T> {
  return { type, default: fallback, value, doc };
}

export const SETTINGS = {
  host: setting("text", "127.0.0.1", "ADDRESS", "Address to listen on; any but loopback needs a key"),
  port: setting("number", "4318", "PORT", "Port of the page, the API and OTLP/HTTP; 0 picks a free one"),
  grpcPort: setting("number", "4317", "PORT", "Port of OTLP/gRPC; 0 picks a free one"),
  data: setting("text", "./.talea", "DIR", "Data directory"),
  store: setting(
    "text",
    "embedded",
    "embedded|URL",
    "The embedded engine, or a ClickHouse server: http://user:key@host:8123/database",
  ),
  demo: setting("flag", "false", "", "Run the example agents against this server after the start"),
  key: setting("text", "", "KEY", "The key (shows in `ps`: better TALEA_KEY or --key-file)"),
  keyFile: setting("text", "", "FILE", "File that holds the key"),
  allowHost: setting("list", "", "NAME,…", "Host names, besides loopback, that this server answers for without a key"),
  allowOrigin: setting("list", "", "ORIGIN,…", "Origins of web pages that may send telemetry from browsers"),
  retention: setting("duration", "30d", "DURATION", "How long records are kept, by the day they were received"),
  maxDisk: setting(
    "size",
    "50GB",
    "SIZE",
    "Disk that the store may take, and at most 80 % of the volume; oldest day first",
  ),
  prices: setting("text", "", "FILE", "JSON file of prices that go before the built-in table"),
  quiet: setting("duration", "10s", "DURATION", "Silence after which an ended run is settled"),
  stallAfter: setting("duration", "5m", "DURATION", "Silence after which an open run counts as stalled"),
  abandonAfter: setting("duration", "1h", "DURATION", "Silence after which an open run is closed as failed"),
  engineMemory: setting("size", "900MB", "SIZE", "What the embedded engine may allocate"),
  logLevel: setting("level", "info", "LEVEL", "debug, info, warn or error"),
} as const satisfies Record<string, SettingSpec>;

export type SettingName = keyof typeof SETTINGS;

type ValueOf<T extends SettingType> = T extends "text"
  ? string
  : T extends "flag"
    ? boolean
    : T extends "list"
      ? readonly string[]
      : T extends "level"
        ? LogLevel
        : number;

/** The settings in force: durations in milliseconds, sizes in bytes. */
export type Settings = { readonly [N in SettingName]: ValueOf<(typeof SETTINGS)[N]["type"]> };

/** A setting cannot be read; the message says what is allowed. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function environmentNameOf(name: string): string {
  return `TALEA_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

export interface SettingSources {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the configuration file; a missing one is fine. */
  readonly file: string;
}

/** Reads the settings of `talea serve`. Throws SettingsError. */
export function readSettings({ args, environment, file }: SettingSources): Settings {
  const flags = readFlags(args);
  const config = readConfig(file);
  const entries = (Object.entries(SETTINGS) as [SettingName, SettingSpec][]).map(([name, spec]) => {
    const text = flags.get(name) ?? environment[environmentNameOf(name)] ?? config.get(name) ?? spec.default;
    return [name, parseSetting(name, spec, text)];
  });
  return Object.fromEntries(entries) as Settings;
}

function readFlags(args: readonly string[]): Map<string, string> {
  const options = Object.fromEntries(
    (Object.entries(SETTINGS) as [SettingName, SettingSpec][]).map(([name, { type }]) => [
      flagOf(name).slice(2),
      type === "flag"
        ? { type: "boolean" as const }
        : type === "list"
          ? { type: "string" as const, multiple: true }
          : { type: "string" as const },
    ]),
  );
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }));
  } catch (error) {
    throw new SettingsError(`${(error as Error).message} (see talea serve --help)`);
  }
  const found = new Map<string, string>();
  for (const name of Object.keys(SETTINGS)) {
    const value = values[flagOf(name).slice(2)];
    if (value !== undefined) found.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  return found;
}

function readConfig(file: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw new SettingsError(`${file} cannot be read: ${(error as Error).message}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new SettingsError(`${file} is not valid JSON: ${(error as Error).message}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new SettingsError(`${file} must hold a JSON object, such as { "port": 5000 }`);
  }
  const config = new Map<string, string>();
  for (const [name, value] of Object.entries(parsed)) {
    if (!Object.hasOwn(SETTINGS, name)) throw new SettingsError(`${file}: there is no setting ${name}`);
    const items: unknown[] = Array.isArray(value) ? value : [value];
    if (items.some((item) => !["string", "number", "boolean"].includes(typeof item))) {
      throw new SettingsError(`${file}: ${name} must be a text, a number, true or false, or a list of texts`);
    }
    config.set(name, items.join(","));
  }
  return config;
}

function parseSetting(name: string, { type, value }: SettingSpec, text: string): Settings[SettingName] {
  const flag = `${flagOf(name)} ${value}`.trimEnd();
  const wrong = (what: string) => new SettingsError(`${flag}: ${JSON.stringify(text)} is no ${what}`);
  switch (type) {
    case "text":
      return text;
    case "flag": {
      const truth = TRUTHS.get(text.toLowerCase());
      if (truth === undefined) throw wrong("truth value: true or false");
      return truth;
    }
    case "level": {
      const level = LOG_LEVELS.find((known) => known === text);
      if (level === undefined) throw wrong(`level: ${LOG_LEVELS.join(", ")}`);
      return level;
    }
    case "list":
      return text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
    case "number": {
      const number = Number(text);
      if (!Number.isInteger(number) || number < 0 || number > 65_535) throw wrong("port number");
      return number;
    }
    case "duration": {
      const ms = parseDurationMs(text);
      if (ms === undefined) throw wrong("duration such as 30d, 12h, 90s or 1500 (ms)");
      return ms;
    }
    default: {
      const bytes = parseSizeBytes(text);
      if (bytes === undefined) throw wrong("size such as 50GB or 900MB");
      return bytes;
    }
  }
}

const SIZE_UNITS: Readonly<Record<string, number>> = { "": 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

function parseSizeBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?) *([KMGT]?i?B)?$/i.exec(text);
  if (match === null) return undefined;
  const unit = (match[2] ?? "").toUpperCase();
  if (unit.includes("I")) return Number(match[1]) * 1024 ** ("KMGT".indexOf(unit.charAt(0)) + 1);
  return Number(match[1]) * (SIZE_UNITS[unit] as number);
}
