import type { Answer, Row, Speech } from './conversation.js'
import { duration, wrap } from './format.js'
import type { Paint, Style } from './paint.js'

const styles = { caller: 'cyan', agent: 'green' } as const
const tones = { plain: 'dim', warning: 'yellow', error: 'red' } as const
/** Time, who, how long: the columns before the bar. */
const fixedWidth = 11 + 11 + 8
const leastTextWidth = 20

/**
 * A conversation as a waterfall: a line for each stretch of speech with a bar where it lies in the session, and the
 * latencies of each answer above its speech.
 *
 * @param start ms since the Unix epoch that count as zero
 * @param width characters of the terminal
 */
export function waterfall(rows: readonly Row[], start: number, width: number, paint: Paint): string {
  const end = Math.max(...rows.map((row) => (row.kind === 'speech' ? (row.end ?? row.at) : row.at)))
  const barWidth = Math.max(10, Math.min(40, Math.floor(width / 3)))
  const scale = barWidth / Math.max(1, end - start)

  const bar = ({ at, end: until = end, who }: Speech): string => {
    const first = Math.min(barWidth - 1, Math.floor((at - start) * scale))
    const length = Math.max(1, Math.min(barWidth - first, Math.round((until - at) * scale)))
    const filled = paint(styles[who], (who === 'caller' ? '▒' : '█').repeat(length))
    return `${paint('dim', '·'.repeat(first))}${filled}${paint('dim', '·'.repeat(barWidth - first - length))}`
  }
  const line = (
    at: number,
    style: Style,
    label: string,
    took: string,
    middle: string,
    text: string,
  ): string => {
    const indent = fixedWidth + barWidth + 4
    const [first = '', ...rest] = wrap(text, Math.max(leastTextWidth, width - indent))
    const head = `${paint('dim', clock(at - start).padStart(9))}  ${paint(style, label.padEnd(11))}${took.padStart(8)}`
    return [`${head}  ${middle}  ${first}`, ...rest.map((more) => ' '.repeat(indent) + more)]
      .map((one) => one.trimEnd())
      .join('\n')
  }
  const draw = (row: Row): string => {
    if (row.kind === 'speech') {
      const took = row.end === undefined ? '' : duration(row.end - row.at)
      return line(row.at, styles[row.who], row.who, took, bar(row), row.cut ? `${row.text} ⨯` : row.text)
    }
    const blank = ' '.repeat(barWidth)
    if (row.kind === 'note') return line(row.at, tones[row.tone], `  ${row.label}`, '', blank, row.text)
    return line(row.at, 'bold', '  answer', duration(answerMs(row)), blank, latencies(row))
  }
  return rows.map(draw).join('\n')
}

/** One line: how many turns, how fast the answers, what went wrong. */
export function summary(rows: readonly Row[]): string {
  const answers = rows.filter((row) => row.kind === 'answer').map(answerMs)
  const sorted = [...answers].sort((a, b) => a - b)
  const count = (label: string) => rows.filter((row) => row.kind === 'note' && row.label === label).length
  const parts = [`${answers.length} answered ${answers.length === 1 ? 'turn' : 'turns'}`]
  if (sorted.length > 0) {
    parts.push(
      `median ${duration(sorted[Math.floor((sorted.length - 1) / 2)]!)}, longest ${duration(sorted.at(-1)!)}`,
    )
  }
  const interrupts = count('interrupt')
  if (interrupts > 0) parts.push(`${interrupts} ${interrupts === 1 ? 'interruption' : 'interruptions'}`)
  const errors = rows.filter((row) => row.kind === 'note' && row.tone === 'error').length
  if (errors > 0) parts.push(`${errors} ${errors === 1 ? 'error' : 'errors'}`)
  return parts.join(' · ')
}

/** ms from the end of the caller's speech to the first audio of the answer. */
function answerMs({ turn, at }: Answer): number {
  return (turn.firstAudioAt ?? at) - turn.speechEndedAt
}

/** What the time went to, step by step from the end of the caller's speech. */
function latencies({ turn, at }: Answer): string {
  const firstToken = turn.firstTokenAt ?? at
  const steps = [
    ['prompt', turn.promptAt - turn.speechEndedAt],
    ['first token', firstToken - turn.promptAt],
    ['first audio', (turn.firstAudioAt ?? at) - firstToken],
  ] as const
  return steps.map(([name, ms]) => `${name} +${duration(ms)}`).join(' → ')
}

/** `1:02.345` from ms. */
function clock(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  return `${minutes}:${((ms - minutes * 60_000) / 1000).toFixed(3).padStart(6, '0')}`
}
