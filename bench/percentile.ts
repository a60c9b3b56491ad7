/**
 * The value that a share of all values does not exceed (nearest rank).
 * @param percent 0 to 100
 * @returns NaN without values
 */
export function percentile(values: readonly number[] | Float32Array, percent: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]!
}
