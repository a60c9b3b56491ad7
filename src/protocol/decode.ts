import type { z } from 'zod'
import { expectation } from '../base/expectation.js'
import type { InterruptMode, RelayCommand } from './commands.js'
import type { Decoded, FrameProblem } from './dialect.js'
import type { endFrame, languageFrame, playFrame, SendDigitsFrame, textFrame } from './frames/common.js'

/** The app's frames of one platform, by `type`. */
export interface AppFrames {
  readonly text: typeof textFrame
  readonly play: typeof playFrame
  readonly sendDigits: z.ZodType<SendDigitsFrame>
  readonly language: typeof languageFrame
  readonly end: typeof endFrame
}

type AppFrame = z.output<AppFrames[keyof AppFrames]>

/** The problem of a frame that holds no JSON at all: its text says it best. */
export const notJson = 'not JSON'

/** Characters of an offending frame that an error quotes. */
const RAW_LIMIT = 1_000
/** How often the longest `loop` plays; what the wire's 0 stands for. */
const LOOP_MAX = 1_000

const utf8 = new TextDecoder()

/**
 * Reads one frame of an app. A key whose value is null counts as absent, an unknown key is ignored.
 * Never throws.
 */
export function decodeFrame(frames: AppFrames, data: string | Uint8Array, isBinary: boolean): Decoded {
  const text = typeof data === 'string' ? data : utf8.decode(data)
  const refuse = (problem: string): Decoded => ({ ok: false, problem: { problem, raw: shorten(text) } })

  if (isBinary) return refuse('binary frame where only text is allowed')
  const value = parseJson(text)
  if (value === undefined) return refuse(notJson)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('not a JSON object')

  const fields = withoutNulls(value as Record<string, unknown>)
  const { type } = fields
  if (type === undefined) return refuse('missing required field: type')
  if (typeof type !== 'string') return refuse('invalid field: type must be a string')
  if (!Object.hasOwn(frames, type)) return refuse(`unknown type: ${shorten(type, 100)}`)

  const schema: z.ZodType<AppFrame> = frames[type as keyof AppFrames]
  const parsed = schema.safeParse(fields, { error: expectation, reportInput: true })
  return parsed.success
    ? { ok: true, command: toCommand(parsed.data) }
    : refuse(fieldProblem(parsed.error.issues[0]!))
}

/** The problem of a frame that is larger than `limit` bytes; its text is not quoted. */
export function tooLargeProblem(bytes: number, limit: number): FrameProblem {
  return { problem: `frame of ${bytes} bytes where ${limit} are allowed`, raw: '' }
}

function toCommand(frame: AppFrame): RelayCommand {
  switch (frame.type) {
    case 'text': {
      const { type, token, last, preemptible } = frame
      return {
        type,
        token,
        last,
        lang: frame.lang || undefined,
        interruptible: modeOf(frame.interruptible),
        preemptible,
      }
    }
    case 'play': {
      const { type, source, loop, preemptible } = frame
      return { type, source, loop: loop || LOOP_MAX, interruptible: modeOf(frame.interruptible), preemptible }
    }
    default:
      return frame
  }
}

function modeOf(wire: boolean | InterruptMode | undefined): InterruptMode | undefined {
  return typeof wire === 'boolean' ? (wire ? 'any' : 'none') : wire
}

function fieldProblem(issue: z.core.$ZodIssue): string {
  if (issue.path.length === 0) return `missing required field: ${issue.message}`
  const field = issue.path.join('.')
  return issue.input === undefined
    ? `missing required field: ${field}`
    : `invalid field: ${field} must be ${issue.message}`
}

function withoutNulls(fields: Record<string, unknown>): Record<string, unknown> {
  for (const key in fields) if (fields[key] === null) delete fields[key]
  return fields
}

/** Undefined where `text` is not JSON; JSON itself has no undefined. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function shorten(text: string, limit = RAW_LIMIT): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text
}
