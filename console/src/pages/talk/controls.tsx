import { type FormEvent, useState } from 'react'
import { text } from '../../messages.js'

interface TalkControlsProps {
  readonly send: (frame: object) => Promise<void>
  readonly end: () => Promise<void>
}

const keys = [...'123456789*0#']

/** The caller's part: words, keys, interruptions, and frames as they are. */
export function TalkControls({ send, end }: TalkControlsProps) {
  return (
    <div className="talk">
      <Prompt send={send} />
      <fieldset className="keypad">
        <legend>{text.talk.keys}</legend>
        {keys.map((digit) => (
          <button
            key={digit}
            type="button"
            aria-label={text.talk.key(digit)}
            onClick={() => void send({ type: 'dtmf', digit })}
          >
            {digit}
          </button>
        ))}
      </fieldset>
      <Interrupt send={send} />
      <Raw send={send} />
      <button type="button" onClick={() => void end()}>
        {text.talk.end}
      </button>
    </div>
  )
}

function Prompt({ send }: Pick<TalkControlsProps, 'send'>) {
  const [words, setWords] = useState('')
  const [language, setLanguage] = useState('en-US')
  const [partial, setPartial] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void send({ type: 'prompt', text: words, language, last: !partial })
    if (!partial) setWords('')
  }
  return (
    <form className="filters" onSubmit={submit}>
      <label className="grow">
        {text.talk.prompt}
        <input required value={words} onChange={({ target }) => setWords(target.value)} />
      </label>
      <label>
        {text.talk.language}
        <input size={6} value={language} onChange={({ target }) => setLanguage(target.value)} />
      </label>
      <label className="check">
        <input type="checkbox" checked={partial} onChange={({ target }) => setPartial(target.checked)} />
        {text.talk.partial}
      </label>
      <button type="submit" className="main">
        {text.talk.send}
      </button>
    </form>
  )
}

function Interrupt({ send }: Pick<TalkControlsProps, 'send'>) {
  const [heardText, setHeardText] = useState('')
  const [heardMs, setHeardMs] = useState('0')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void send({ type: 'interrupt', heardText, heardMs: Number(heardMs) || 0 })
  }
  return (
    <form className="filters" onSubmit={submit}>
      <label className="grow">
        {text.talk.heardText}
        <input value={heardText} onChange={({ target }) => setHeardText(target.value)} />
      </label>
      <label>
        {text.talk.heardMs}
        <input type="number" min={0} value={heardMs} onChange={({ target }) => setHeardMs(target.value)} />
      </label>
      <button type="submit">{text.talk.interrupt}</button>
    </form>
  )
}

function Raw({ send }: Pick<TalkControlsProps, 'send'>) {
  const [frame, setFrame] = useState('{"type":"prompt","voicePrompt":"hello","lang":"en-US","last":true}')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void send({ type: 'raw', text: frame })
  }
  return (
    <form className="filters" onSubmit={submit}>
      <label className="grow">
        {text.talk.raw}
        <textarea rows={2} value={frame} onChange={({ target }) => setFrame(target.value)} />
      </label>
      <button type="submit">{text.talk.send}</button>
    </form>
  )
}
