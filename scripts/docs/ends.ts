import { type ErrorRow, errorTable } from '../../src/base/error-table.js'
import { type EndRow, endTable } from '../../src/session/end-table.js'
import { withParts } from './marked.js'

const errors: Readonly<Record<string, ErrorRow>> = errorTable

/** docs/compatibility.md with the end table in its place. */
export function endsPage(): string {
  const rows = Object.entries(endTable).map(([cause, row]) =>
    [
      `\`${cause}\``,
      row.status,
      row.error ? (errors[row.error]?.twilio ?? '') : '',
      row.telnyxReason === null ? '`null`' : `\`${row.telnyxReason}\``,
      closing(row),
      row.callGoesOn ? 'goes on' : 'ends',
    ].join(' | '),
  )
  const head = 'cause | status | error | reason | socket | call'
  const lines = [head, '--- | --- | --- | --- | --- | ---', ...rows].map((line) => `| ${line} |\n`)
  return withParts('docs/compatibility.md', new Map([['ends', lines.join('')]]))
}

function closing({ close, tellApp }: EndRow): string {
  const told = tellApp ? 'told, ' : ''
  if (close === undefined) return 'closed already, or never open'
  if (close === 'normal') return `${told}1000`
  return close === 'invalid' ? `${told}1007` : `${told}${close.code}`
}
