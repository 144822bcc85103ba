/** A run among others of its name, without its spans. */
export interface RunOfName {
  readonly id: string;
  readonly durationNs: number;
  /** Undefined where model calls do not say them. */
  readonly tokens: number | undefined;
  /** Undefined where a model call has no price. */
  readonly costNano: number | undefined;
}
