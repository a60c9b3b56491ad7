import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colour, useColours } from '../theme.js'

export interface Series {
  readonly label: string
  /** Custom property of the style sheet. */
  readonly colour: string
  readonly values: readonly (number | null)[]
  readonly bars?: boolean
}

interface ChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string
  /** Seconds since the Unix epoch; with `steps`, the ms at which each step begins. */
  readonly x: readonly number[]
  readonly series: readonly Series[]
  /** Counts of what lies in steps of a like width, in place of a course over time. */
  readonly steps?: boolean
  readonly unit?: string
  readonly height?: number
  /** A point was chosen. */
  readonly chosen?: (x: number) => void
}

/** Ticks of an axis that counts. */
const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]

const withUnit =
  (unit: string) =>
  (_: uPlot, values: readonly number[]): string[] =>
    values.map((value) => `${value}${unit}`)

/** A minute at least: of one moment, others make years. */
function wide(from: number, to: number): [number, number] {
  const missing = Math.max(0, 60 - (to - from)) / 2
  return [from - missing, to + missing]
}

/** The last step has a width, too. */
function stepOf([first = 0, second = 100]: readonly number[]): number {
  return second - first
}

/** A chart over time, or over steps. Everything it says is said by a table or a list beside it, too. */
export function Chart({ label, x, series, steps = false, unit = '', height = 220, chosen }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const colours = useColours()
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the style sheet
  useEffect(() => {
    const element = place.current!
    const axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { stroke: colour('--line'), width: 1 },
    }
    const chart = new uPlot(
      {
        width: element.clientWidth || 600,
        height,
        scales: {
          x: { time: !steps, range: (_, from, to) => (steps ? [from, to + stepOf(x)] : wide(from, to)) },
        },
        axes: [
          steps ? { ...axis, values: withUnit(' ms') } : axis,
          { ...axis, values: withUnit(unit), size: 72, ...(steps && { incrs: wholeSteps }) },
        ],
        series: [
          {},
          ...series.map(({ label: name, colour: stroke, bars }) => ({
            label: name,
            stroke: colour(stroke),
            width: 2,
            spanGaps: true,
            ...(bars && {
              fill: colour(stroke),
              paths: uPlot.paths.bars!({ size: [0.9], align: 1 }),
              points: { show: false },
              width: 0,
            }),
          })),
        ],
        cursor: { drag: { x: false, y: false } },
        legend: { live: false },
      },
      [[...x], ...series.map(({ values }) => [...values])] as uPlot.AlignedData,
      element,
    )
    const choose = (): void => {
      const at = chart.cursor.idx
      if (chosen && at !== null && at !== undefined) chosen(x[at]!)
    }
    chart.over.addEventListener('click', choose)
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      chart.destroy()
    }
  }, [x, series, steps, unit, height, chosen, colours])
  return <div className="chart" ref={place} role="img" aria-label={label} />
}
