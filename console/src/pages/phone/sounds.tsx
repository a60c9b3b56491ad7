import { type DragEvent, type FormEvent, useState } from 'react'
import type { Phone } from '../../../../web/types.js'
import { text } from '../../messages.js'
import { phoneStore } from '../../phone/phone-store.js'

interface SoundsProps {
  readonly phone: Phone | undefined
  readonly disabled: boolean
}

/** What the caller can say without a microphone: typed words, and WAV files. */
export function Sounds({ phone, disabled }: SoundsProps) {
  const [words, setWords] = useState('')
  const say = (event: FormEvent): void => {
    event.preventDefault()
    const said = words
    setWords('')
    void phoneStore.guarded(async () => phone?.say(said))
  }
  const play = (file: File | undefined): void => {
    if (file) void phoneStore.guarded(async () => phone?.play(file))
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    if (!disabled) play(event.dataTransfer.files[0])
  }
  return (
    <>
      <form className="filters" onSubmit={say}>
        <label className="grow">
          {text.phone.say}
          <input
            required
            placeholder={text.phone.sayHint}
            value={words}
            onChange={({ target }) => setWords(target.value)}
          />
        </label>
        <button type="submit" disabled={disabled}>
          {text.phone.speak}
        </button>
      </form>
      <label className="drop" onDrop={drop} onDragOver={(event) => event.preventDefault()}>
        {text.phone.wav}
        <input
          type="file"
          accept="audio/wav,.wav"
          disabled={disabled}
          onChange={({ target }) => play(target.files?.[0])}
        />
        <span className="quiet">{text.phone.drop}</span>
      </label>
    </>
  )
}
