import { sttCells, sttHead, ttsCells, ttsHead } from '../../src/cli/engines/tables.js'
import { sttVendors, ttsVendors } from '../../src/speech/index.js'
import { withParts } from './marked.js'

/** docs/speech.md with the tables of what each engine can do in their places. */
export function speechPage(): string {
  const ears = sttVendors.map(({ name, capabilities }) => [name, ...sttCells(capabilities)])
  const voices = ttsVendors.map(({ name, capabilities }) => [name, ...ttsCells(capabilities)])
  return withParts(
    'docs/speech.md',
    new Map([
      ['speech to text', table(sttHead, ears)],
      ['text to speech', table(ttsHead, voices)],
    ]),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = ['engine', ...head]
  return [names, names.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}
