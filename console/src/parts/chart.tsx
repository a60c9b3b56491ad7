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
  /** Seconds since the Unix epoch, or whatever `time: false` counts. */
  readonly x: readonly number[]
  readonly series: readonly Series[]
  readonly time?: boolean
  readonly unit?: string
  readonly height?: number
  /** A point was chosen. */
  readonly chosen?: (x: number) => void
}

/** A chart over time, or over steps. Everything it says is said by a table or a list beside it, too. */
export function Chart({ label, x, series, time = true, unit = '', height = 220, chosen }: ChartProps) {
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
        scales: { x: { time } },
        axes: [axis, { ...axis, values: (_, values) => values.map((value) => `${value}${unit}`), size: 64 }],
        series: [
          {},
          ...series.map(({ label: name, colour: stroke, bars }) => ({
            label: name,
            stroke: colour(stroke),
            width: 2,
            spanGaps: true,
            ...(bars && {
              fill: colour(stroke),
              paths: uPlot.paths.bars!({ size: [0.9, 40] }),
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
  }, [x, series, time, unit, height, chosen, colours])
  return <div className="chart" ref={place} role="img" aria-label={label} />
}
