import { useEffect } from 'react'
import { text } from '../../messages.js'

const keys = [...'123456789*0#']

interface KeypadProps {
  readonly press: (digit: string) => void
  readonly disabled: boolean
}

/** Keys of a telephone; those of the keyboard do the same, outside of fields. */
export function Keypad({ press, disabled }: KeypadProps) {
  useEffect(() => {
    if (disabled) return
    const typed = (event: KeyboardEvent): void => {
      const field = (event.target as HTMLElement).closest('input, textarea, select')
      if (!field && !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(event.key))
        press(event.key)
    }
    window.addEventListener('keydown', typed)
    return () => window.removeEventListener('keydown', typed)
  }, [press, disabled])
  return (
    <fieldset className="keypad">
      <legend>{text.phone.keypad}</legend>
      {keys.map((digit) => (
        <button
          key={digit}
          type="button"
          disabled={disabled}
          aria-label={text.talk.key(digit)}
          onClick={() => press(digit)}
        >
          {digit}
        </button>
      ))}
    </fieldset>
  )
}
