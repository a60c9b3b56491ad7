import { useEffect, useRef } from 'react'
import type { Phone } from '../../../../web/types.js'
import { text } from '../../messages.js'

/** How loud either side is, drawn with every frame of the screen while there is a call. */
export function Levels({ phone }: { readonly phone: Phone | undefined }) {
  const input = useRef<HTMLMeterElement>(null)
  const output = useRef<HTMLMeterElement>(null)
  useEffect(() => {
    if (!phone) return
    let frame = 0
    const draw = (): void => {
      const levels = phone.levels()
      if (input.current) input.current.value = levels.input
      if (output.current) output.current.value = levels.output
      frame = requestAnimationFrame(draw)
    }
    draw()
    const meters = [input.current, output.current]
    return () => {
      cancelAnimationFrame(frame)
      for (const meter of meters) if (meter) meter.value = 0
    }
  }, [phone])
  return (
    <div className="levels">
      <label>
        {text.phone.you}
        <meter ref={input} min={0} max={1} />
      </label>
      <label>
        {text.phone.other}
        <meter ref={output} min={0} max={1} />
      </label>
    </div>
  )
}
