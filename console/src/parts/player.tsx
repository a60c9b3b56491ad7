import { createContext, useContext } from 'react'
import { text } from '../messages.js'
import { clock } from '../model/format.js'

/** The audio of a call, for whatever links to a moment of it. */
export interface Player {
  /** ms since the Unix epoch that count as zero on the page. */
  readonly zero: number
  /** Whether there is anything to be heard, or at least a picture to point at. */
  seek(at: number): void
}

export const PlayerContext = createContext<Player>({ zero: 0, seek() {} })

/** A moment of the call, which leads to it in the audio. */
export function Moment({ at }: { readonly at: number }) {
  const { zero, seek } = useContext(PlayerContext)
  const time = clock(at - zero)
  return (
    <button type="button" className="moment" aria-label={text.call.goTo(time)} onClick={() => seek(at)}>
      {time}
    </button>
  )
}
