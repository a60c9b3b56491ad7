import type { Quality, StreamQuality } from '../../../../web/types.js'
import { text } from '../../messages.js'

/** How good the connection is, both ways. */
export function QualityFigures({ quality }: { readonly quality: Quality | undefined }) {
  if (!quality) return null
  const { received, sent, roundTripMs } = quality
  return (
    <dl className="facts" aria-label={text.phone.quality}>
      <Figure name={text.phone.hears} value={figures(received)} />
      <Figure name={text.phone.heard} value={figures(sent)} />
      <Figure
        name={text.phone.roundTrip}
        value={roundTripMs === undefined ? '' : `${Math.round(roundTripMs)} ms`}
      />
    </dl>
  )
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value || '–'}</dd>
    </div>
  )
}

function figures({ loss, jitterMs }: StreamQuality): string {
  return [
    loss !== undefined && `${text.phone.loss} ${(loss * 100).toFixed(1)} %`,
    jitterMs !== undefined && `${text.phone.jitter} ${Math.round(jitterMs)} ms`,
  ]
    .filter(Boolean)
    .join(', ')
}
