/** Least, greatest and mean of some figures; null where there are none. */
export interface Range {
  readonly min: number
  readonly max: number
  readonly avg: number
}

/** Least, greatest and mean, rounded; null of no figures. */
export function rangeOf(figures: readonly number[], digits = 0): Range | null {
  if (figures.length === 0) return null
  const round = (value: number): number => Number(value.toFixed(digits))
  const sum = figures.reduce((total, figure) => total + figure, 0)
  return {
    min: round(Math.min(...figures)),
    max: round(Math.max(...figures)),
    avg: round(sum / figures.length),
  }
}
