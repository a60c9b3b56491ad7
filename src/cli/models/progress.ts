import { size } from './list.js'

/** Columns of the bar itself. */
const WIDTH = 30
/** ms between two drawings. */
const EVERY_MS = 100

/** Where the line is drawn. */
export interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** How far a pull is. */
export interface ProgressLine {
  readonly progress: (file: string, done: number, total: number | undefined) => void
  readonly step: (text: string) => void
  /** Ends the line; a second time does nothing. */
  readonly end: () => void
}

/** One line that is drawn over on a terminal; elsewhere a line for each file and step. Silent where nobody reads it. */
export function progressLine(
  terminal: Terminal,
  silent: boolean,
  now = () => performance.now(),
): ProgressLine {
  if (silent) return { progress: () => {}, step: () => {}, end: () => {} }
  let drawn = false
  let told = ''
  let at = Number.NEGATIVE_INFINITY
  const draw = (text: string) => {
    terminal.write(`\r\u001b[2K${text}`)
    drawn = true
  }
  return {
    progress: (file, done, total) => {
      if (!terminal.isTTY) {
        if (told !== file) terminal.write(`${file}${total === undefined ? '' : ` (${size(total)})`}\n`)
        told = file
        return
      }
      if (now() - at < EVERY_MS && done !== total) return
      at = now()
      draw(barOf(file, done, total))
    },
    step: (text) => (terminal.isTTY ? draw(`${text} …`) : terminal.write(`${text}\n`)),
    end: () => {
      if (drawn) terminal.write('\r\u001b[2K')
      drawn = false
    },
  }
}

/** `name.tar.bz2 ███████······················· 24 %  18 MB of 74 MB`. */
export function barOf(file: string, done: number, total: number | undefined): string {
  if (!total) return `${file} ${size(done)}`
  const share = Math.min(1, done / total)
  const full = Math.round(share * WIDTH)
  const bar = '█'.repeat(full) + '·'.repeat(WIDTH - full)
  return `${file} ${bar} ${Math.floor(share * 100)} %  ${size(done)} of ${size(total)}`
}
