/** The q-quantile of ascending values, between neighbours by straight line; undefined of nothing. */
export function quantile(ascending: ArrayLike<number>, q: number): number | undefined {
  const rank = q * (ascending.length - 1);
  const below = ascending[Math.floor(rank)];
  const above = ascending[Math.ceil(rank)];
  if (below === undefined || above === undefined) return undefined;
  return below + (above - below) * (rank - Math.floor(rank));
}
