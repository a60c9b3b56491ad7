import type { CallSearch, CallStatus } from '../../store/index.js'
import { refuse } from './api-error.js'
import { Form } from './form.js'
import { pageWish } from './page.js'

const statuses: readonly CallStatus[] = [
  ...(['queued', 'ringing', 'in-progress', 'completed'] as const),
  ...(['busy', 'failed', 'no-answer', 'canceled'] as const),
]

const dayMs = 86_400_000

/** What `GET …/Calls.json` asks for; one more than its page, which tells whether there is a next one. */
export function callSearch(query: URLSearchParams): CallSearch {
  const form = new Form(query)
  const { page, size, token } = pageWish(query)
  const [startedFrom, startedBefore] = dateRange(form, 'StartTime')
  const [endedFrom, endedBefore] = dateRange(form, 'EndTime')
  return {
    to: form.text('To'),
    from: form.text('From'),
    parentCallSid: form.text('ParentCallSid'),
    status: form.one('Status', statuses),
    ...{ startedFrom, startedBefore, endedFrom, endedBefore },
    newest: token?.replace(/^PA/, ''),
    limit: size + 1,
    offset: page * size,
  }
}

/** Bounds in ms since the Unix epoch: `StartTime=` is a day, `StartTime<` and `StartTime>` are bounds that belong to what is asked for. */
export function dateRange(form: Form, name: string): [from: number | undefined, before: number | undefined] {
  const on = moment(form, name)
  if (on) return [on.from, on.from + dayMs]
  const [after, before] = [moment(form, `${name}>`), moment(form, `${name}<`)]
  return [after?.from, before?.until]
}

/** A day, or a second. */
function moment(form: Form, name: string): { readonly from: number; readonly until: number } | undefined {
  // `StartTime<=2026-01-01` reads as the name `StartTime<`; some clients write `StartTime>=` with both encoded.
  const text = form.text(name) ?? form.text(`${name}=`)
  if (text === undefined) return undefined
  const from = Date.parse(text)
  if (!Number.isFinite(from)) refuse(20001, `${name} is not a date: ${text}`)
  return { from, until: from + (/^\d{4}-\d{2}-\d{2}$/.test(text) ? dayMs : 1000) }
}
