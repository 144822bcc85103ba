// The sketch of a gauge's values: how many lie in each bucket of a size that grows by γ. It adds up, and a quantile from
// it errs by at most 1 %.
//
//   key(v) = ⌈log_γ |v|⌉ with the sign of v (shifted, so that the order of keys is the order of values); 0 for 0
//   v'(key) = ± 2 γ^i ÷ (γ + 1), which is 1 % or less from every value of the bucket (γ^(i−1), γ^i]
//
// Source: DDSketch, Masson, Rim, Lee: "A fast and fully-mergeable quantile sketch with relative-error guarantees", 2019.
// Written in SQL, where the values are.

const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** Keys are Int16 with the sign of the value: sizes from 1e-142 to 1e142 have buckets of their own. */
const SHIFT = 16_384;
const INDEX_MAX = 16_383;

/** The bucket of a value; larger and smaller sizes fall into the last and first bucket. */
export function sketchKey(value: string): string {
  const index = `toInt32(ceil(log(abs(${value})) / ${LOG_GAMMA}))`;
  return `toInt16(if(${value} = 0, 0, sign(${value}) * greatest(1, least(${index}, ${INDEX_MAX}) + ${SHIFT})))`;
}

/** The value that stands for a bucket. */
export function sketchValue(key: string): string {
  return `if(${key} = 0, 0., sign(${key}) * ${2 / (GAMMA + 1)} * exp((abs(${key}) - ${SHIFT}) * ${LOG_GAMMA}))`;
}
