import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { AudioInput } from '../../../web/types.js'
import { CallStore } from '../api/call-store.js'
import { ask } from '../api/client.js'
import { text } from '../messages.js'
import { conversationOf } from '../model/conversation.js'
import { PlayerContext } from '../parts/player.js'
import { phoneStore } from '../phone/phone-store.js'
import { go } from '../router.js'
import { Conversation } from './call/conversation.js'
import { Keypad } from './phone/keypad.js'
import { Levels } from './phone/levels.js'
import { Line } from './phone/line.js'
import { QualityFigures } from './phone/quality-figures.js'
import { Sounds } from './phone/sounds.js'

/** A telephone in the browser: calls, and is called. */
export default function PhonePage() {
  const snapshot = useSyncExternalStore(phoneStore.subscribe, phoneStore.get)
  const { phone, state, callSid, muted, volume, quality, ending, devices, error } = snapshot
  const [to, setTo] = useState('')
  const [numbers, setNumbers] = useState<readonly string[]>([])
  const [silent, setSilent] = useState(false)
  const [inputId, setInputId] = useState('')
  const [outputId, setOutputId] = useState('')
  useEffect(() => {
    void phoneStore.lookForDevices()
    ask<{ numbers: readonly string[] }>('/api/node').then(
      (node) => setNumbers(node.numbers),
      () => {},
    )
  }, [])
  const dialable = numbers.filter((number) => !number.includes('*'))
  const input: AudioInput = silent ? 'none' : inputId === '' ? 'microphone' : { deviceId: inputId }
  const busy = state !== 'idle' && state !== 'ended'
  const chosen = to.trim() || dialable[0] || '1000'
  const changeInput = (next: AudioInput): void => {
    if (busy) void phoneStore.guarded(async () => phone?.setInput(next))
  }
  return (
    <div className="phone-page">
      <section className="phone" aria-label={text.phone.title}>
        <h1>{text.phone.title}</h1>
        <form
          className="dial"
          onSubmit={(event) => {
            event.preventDefault()
            if (!busy) void phoneStore.dial({ to: chosen, input, outputId })
          }}
        >
          <label className="grow">
            {text.phone.to}
            <input
              list="numbers"
              placeholder={dialable[0] ?? '1000'}
              value={to}
              onChange={({ target }) => setTo(target.value)}
            />
          </label>
          <datalist id="numbers">
            {dialable.map((number) => (
              <option key={number} value={number} />
            ))}
          </datalist>
          {busy ? (
            <button key="stop" type="button" className="main stop" onClick={() => phone?.hangup()}>
              {text.phone.hangUp}
            </button>
          ) : (
            // A button of its own: that which hung up must not call again.
            <button key="call" type="submit" className="main">
              {text.phone.call}
            </button>
          )}
        </form>
        <p className={`state ${state}`} role="status">
          {ending && state === 'ended'
            ? text.phone.endedWith(ending.status, ending.reason)
            : text.phone.state[state]}
        </p>
        {error && (
          <p className="failure" role="alert">
            {error.code === 'failed' ? text.phone.missing : error.message}
          </p>
        )}
        <label className="check">
          <input
            type="checkbox"
            checked={silent}
            onChange={({ target }) => {
              setSilent(target.checked)
              changeInput(target.checked ? 'none' : 'microphone')
            }}
          />
          {text.phone.withoutMicrophone}
        </label>
        <div className="filters">
          <Device
            label={text.phone.microphone}
            devices={devices.inputs}
            value={inputId}
            choose={(deviceId) => {
              setInputId(deviceId)
              changeInput(deviceId === '' ? 'microphone' : { deviceId })
            }}
          />
          <Device
            label={text.phone.speaker}
            devices={devices.outputs}
            value={outputId}
            choose={(deviceId) => {
              setOutputId(deviceId)
              void phone?.setOutput(deviceId === '' ? undefined : { deviceId })
            }}
          />
        </div>
        <div className="filters">
          <button type="button" aria-pressed={muted} disabled={!busy} onClick={() => phoneStore.mute(!muted)}>
            {muted ? text.phone.unmute : text.phone.mute}
          </button>
          <label>
            {text.phone.volume}
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={volume}
              onChange={({ target }) => phoneStore.volume(Number(target.value))}
            />
          </label>
        </div>
        <Levels phone={busy ? phone : undefined} />
        <Keypad press={(digit) => phone?.press(digit)} disabled={state !== 'answered'} />
        <Sounds phone={phone} disabled={state !== 'answered'} />
        <QualityFigures quality={quality} />
        <Line input={input} />
      </section>
      {callSid !== '' && <Watched key={callSid} callSid={callSid} />}
    </div>
  )
}

interface DeviceProps {
  readonly label: string
  readonly devices: readonly MediaDeviceInfo[]
  readonly value: string
  readonly choose: (deviceId: string) => void
}

function Device({ label, devices, value, choose }: DeviceProps) {
  return (
    <label className="grow">
      {label}
      <select value={value} onChange={({ target }) => choose(target.value)}>
        <option value="">{text.default}</option>
        {devices
          .filter(({ deviceId }) => deviceId !== '' && deviceId !== 'default')
          .map(({ deviceId, label: name }) => (
            <option key={deviceId} value={deviceId}>
              {name || deviceId.slice(0, 8)}
            </option>
          ))}
      </select>
    </label>
  )
}

/** What happens in the call while it is talked. */
function Watched({ callSid }: { readonly callSid: string }) {
  const store = useMemo(() => new CallStore(callSid), [callSid])
  const { view } = useSyncExternalStore(store.subscribe, store.get)
  const lines = useMemo(() => conversationOf(view?.events ?? []), [view?.events])
  const zero = view?.call.answeredAt ?? view?.call.startedAt ?? 0
  const player = useMemo(() => ({ zero, seek: () => go(`#/calls/${callSid}`) }), [zero, callSid])
  return (
    <section className="watched" aria-label={text.call.tabs.conversation}>
      <p>
        <a href={`#/calls/${callSid}`}>{text.phone.watch}</a>
      </p>
      <PlayerContext value={player}>
        <Conversation lines={lines} live />
      </PlayerContext>
    </section>
  )
}
