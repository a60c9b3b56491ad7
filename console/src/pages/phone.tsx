import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { CallStore } from '../api/call-store.js'
import { ask } from '../api/client.js'
import type { Dialable } from '../api/types.js'
import { text } from '../messages.js'
import { GrowingConversation } from '../model/conversation.js'
import { PlayerContext } from '../parts/player.js'
import { useTitle } from '../parts/title.js'
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
  useTitle(text.phone.title)
  const snapshot = useSyncExternalStore(phoneStore.subscribe, phoneStore.get)
  const { phone, state, callSid, muted, volume, quality, ending, devices, error } = snapshot
  const { silent, inputId, outputId } = snapshot
  const { busy } = phoneStore
  const [to, setTo] = useState('')
  const [dialable, setDialable] = useState<readonly Dialable[]>([])
  useEffect(() => {
    void phoneStore.lookForDevices()
    ask<{ dialable: readonly Dialable[] }>('/api/node').then(
      (node) => setDialable(node.dialable),
      () => {},
    )
  }, [])
  const chosen = to.trim() || dialable[0]?.to || '1000'
  return (
    <div className="phone-page">
      <section className="phone" aria-label={text.phone.title}>
        <h1>{text.phone.title}</h1>
        <form
          className="dial"
          onSubmit={(event) => {
            event.preventDefault()
            if (!busy) void phoneStore.dial(chosen)
          }}
        >
          <label className="grow">
            {text.phone.to}
            <input
              list="numbers"
              placeholder={dialable[0]?.to ?? '1000'}
              value={to}
              onChange={({ target }) => setTo(target.value)}
            />
          </label>
          <datalist id="numbers">
            {dialable.map(({ to: value, name }) => (
              <option key={value} value={value} label={`${value} · ${name}`} />
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
            onChange={({ target }) => phoneStore.choose({ silent: target.checked })}
          />
          {text.phone.withoutMicrophone}
        </label>
        <div className="filters">
          <Device
            label={text.phone.microphone}
            devices={devices.inputs}
            value={inputId}
            choose={(id) => phoneStore.choose({ inputId: id, silent: false })}
          />
          <Device
            label={text.phone.speaker}
            devices={devices.outputs}
            value={outputId}
            choose={(id) => phoneStore.choose({ outputId: id })}
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
        <Line />
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
  const conversation = useRef(new GrowingConversation())
  const lines = useMemo(() => conversation.current.of(view?.events ?? []), [view?.events])
  const zero = view?.call.answeredAt ?? view?.call.startedAt ?? 0
  const player = useMemo(
    () => ({ zero, seek: (at: number) => go(`#/calls/${callSid}?at=${at}`) }),
    [zero, callSid],
  )
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
