import type { FastifyInstance } from 'fastify'
import type { Method } from '../resources/voice.js'
import { type ApiErrorCode, refuse } from './api-error.js'

/** Reads bodies as Twilio's clients write them: forms, in which names may come again. */
export function readForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) =>
    done(null, new URLSearchParams(body as string)),
  )
}

/** Parameters of a request, checked as they are asked for. Names are told apart by case, as on Twilio. */
export class Form {
  private readonly asked = new Set<string>()

  constructor(private readonly fields: URLSearchParams) {}

  /** Of a request's body. */
  static of(body: unknown): Form {
    return new Form(body instanceof URLSearchParams ? body : new URLSearchParams())
  }

  /** Names of parameters that were given and never asked for: they change nothing. */
  get unused(): readonly string[] {
    return [...new Set(this.fields.keys())].filter((name) => !this.asked.has(name))
  }

  has(name: string): boolean {
    this.asked.add(name)
    return this.fields.has(name)
  }

  /** Undefined where it is absent or empty. */
  text(name: string): string | undefined {
    this.asked.add(name)
    return this.fields.get(name) || undefined
  }

  /** Every value, also of several in one, separated by spaces. */
  words<Word extends string>(name: string, allowed: readonly Word[]): readonly Word[] | undefined {
    this.asked.add(name)
    const words = this.fields.getAll(name).flatMap((value) => value.split(/[\s,]+/).filter(Boolean))
    if (words.length === 0) return undefined
    const wrong = words.find((word) => !allowed.includes(word as Word))
    if (wrong !== undefined)
      refuse(20001, `${name} is invalid: "${wrong}" is not one of ${allowed.join(', ')}`)
    return words as Word[]
  }

  /** @throws ApiError with that code, or 20001 */
  url(name: string, code: ApiErrorCode = 21402): string | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (!/^https?:\/\//i.test(value) || !URL.canParse(value))
      refuse(code, `${name} is not a valid URL: ${value}`)
    return value
  }

  method(name: string): Method | undefined {
    const value = this.text(name)?.toUpperCase()
    if (value !== undefined && value !== 'GET' && value !== 'POST') {
      refuse(20001, `${name} must be GET or POST, not ${value}`)
    }
    return value
  }

  one<Word extends string>(name: string, allowed: readonly Word[]): Word | undefined {
    const value = this.text(name)
    if (value !== undefined && !allowed.includes(value as Word)) {
      refuse(20001, `${name} must be one of ${allowed.join(', ')}, not ${value}`)
    }
    return value as Word | undefined
  }

  bool(name: string): boolean | undefined {
    const value = this.one(name, ['true', 'false', 'True', 'False', '1', '0'])
    return value === undefined ? undefined : /^(true|1)$/i.test(value)
  }

  int(name: string, min: number, max: number): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const number = Number(value)
    if (!Number.isInteger(number) || number < min || number > max) {
      refuse(20001, `${name} must be a whole number from ${min} to ${max}, not ${value}`)
    }
    return number
  }
}
