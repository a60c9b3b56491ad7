import { useContext, useMemo } from 'react'
import type { QualitySample } from '../../api/types.js'
import { text } from '../../messages.js'
import { qualityOf } from '../../model/quality.js'
import { Chart, type Series } from '../../parts/chart.js'
import { Moment, PlayerContext } from '../../parts/player.js'

/** RTP over time. */
export default function QualityView({ samples }: { readonly samples: readonly QualitySample[] | undefined }) {
  const { seek } = useContext(PlayerContext)
  const points = useMemo(() => qualityOf(samples ?? []), [samples])
  const x = useMemo(() => points.map(({ at }) => at / 1000), [points])
  const series = useMemo<Series[]>(
    () => [
      { label: text.quality.loss, colour: '--bad', values: points.map(({ lossPercent }) => lossPercent) },
      { label: text.quality.jitter, colour: '--caller', values: points.map(({ jitterMs }) => jitterMs) },
      { label: text.quality.delay, colour: '--agent', values: points.map(({ delayMs }) => delayMs) },
      { label: text.quality.roundTrip, colour: '--accent', values: points.map((one) => one.roundTripMs) },
    ],
    [points],
  )
  const choose = useMemo(() => (seconds: number) => seek(seconds * 1000), [seek])
  if (!samples) return <p className="quiet">{text.loading}</p>
  if (points.length === 0) return <p className="quiet">{text.quality.empty}</p>
  const figure = (value: number | null): string => (value === null ? '' : value.toFixed(1))
  return (
    <>
      <Chart label={text.quality.chart} x={x} series={series} chosen={choose} />
      <div className="table">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.quality.time}</th>
              <th scope="col">{text.quality.mos}</th>
              <th scope="col">{text.quality.loss}</th>
              <th scope="col">{text.quality.remoteLoss}</th>
              <th scope="col">{text.quality.jitter}</th>
              <th scope="col">{text.quality.delay}</th>
              <th scope="col">{text.quality.roundTrip}</th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.at}>
                <td>
                  <Moment at={point.at} />
                </td>
                <td>{figure(point.mos)}</td>
                <td>{figure(point.lossPercent)}</td>
                <td>{figure(point.remoteLossPercent)}</td>
                <td>{figure(point.jitterMs)}</td>
                <td>{figure(point.delayMs)}</td>
                <td>{figure(point.roundTripMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
