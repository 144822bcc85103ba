import type { ShownSetting } from "../model/server-shapes.ts";
import { environmentNameOf, flagOf, readSettings, SETTINGS, type SettingName, type Settings } from "./settings.ts";

const DURATIONS: readonly (readonly [unit: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];
const SIZES: readonly (readonly [unit: string, bytes: number])[] = [
  ["TB", 1e12],
  ["GB", 1e9],
  ["MB", 1e6],
  ["KB", 1e3],
];

/** The settings in force as they could be written on the command line; of secrets only whether they are set. */
export function shownSettings(settings: Settings): ShownSetting[] {
  const defaults = readSettings({ args: [], environment: {}, file: "" });
  return (Object.keys(SETTINGS) as SettingName[]).map((name) => {
    const value = shown(name, settings);
    return {
      ...{ name, flag: flagOf(name), environment: environmentNameOf(name), value },
      isDefault: value === shown(name, defaults),
      doc: SETTINGS[name].doc,
    };
  });
}

function shown(name: SettingName, settings: Settings): string {
  if (name === "key") return settings.key === "" ? "" : "set";
  if (name === "store") return withoutCredentials(settings.store);
  const value = settings[name];
  if (typeof value === "number" && SETTINGS[name].type === "duration") return inUnits(value, DURATIONS, "ms");
  if (typeof value === "number" && SETTINGS[name].type === "size") return inUnits(value, SIZES, "B");
  return String(value);
}

/** In the largest unit of which it is a whole number. */
function inUnits(value: number, units: typeof DURATIONS, smallest: string): string {
  const [unit, size] = units.find(([, one]) => value >= one && value % one === 0) ?? [smallest, 1];
  return `${value / size}${unit}`;
}

function withoutCredentials(store: string): string {
  const url = URL.parse(store);
  if (url === null || url.host === "") return store;
  return `${url.protocol}//${url.host}${url.pathname}`;
}
