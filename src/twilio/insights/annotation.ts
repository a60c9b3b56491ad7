import { Form } from '../http/form.js'

/** What people say about a call. */
export interface Annotation {
  readonly answered_by: string
  readonly connectivity_issue: string
  readonly quality_issues: readonly string[]
  readonly spam: boolean
  readonly call_score: number | null
  readonly comment: string
  readonly incident: string
}

export const noAnnotation: Annotation = {
  answered_by: 'unknown_answered_by',
  connectivity_issue: 'unknown_connectivity_issue',
  quality_issues: [],
  spam: false,
  call_score: null,
  comment: '',
  incident: '',
}

const answered = ['unknown_answered_by', 'human', 'machine'] as const
const connectivity = [
  ...(['unknown_connectivity_issue', 'no_connectivity_issue', 'invalid_number', 'caller_id'] as const),
  ...(['dropped_call', 'number_reachability'] as const),
]
const quality = [
  ...(['unknown_quality_issue', 'no_quality_issue', 'low_volume', 'choppy_robotic', 'echo'] as const),
  ...(['dtmf', 'latency', 'owa', 'static_noise'] as const),
]

/** What a request changes of it. @throws ApiError 20001 */
export function annotated(before: Annotation, body: unknown): Annotation {
  const form = Form.of(body)
  return {
    answered_by: form.one('AnsweredBy', answered) ?? before.answered_by,
    connectivity_issue: form.one('ConnectivityIssue', connectivity) ?? before.connectivity_issue,
    quality_issues: form.words('QualityIssues', quality) ?? before.quality_issues,
    spam: form.bool('Spam') ?? before.spam,
    call_score: form.int('CallScore', 1, 5) ?? before.call_score,
    comment: form.has('Comment') ? (form.text('Comment') ?? '') : before.comment,
    incident: form.has('Incident') ? (form.text('Incident') ?? '') : before.incident,
  }
}
