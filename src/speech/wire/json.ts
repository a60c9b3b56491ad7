import { VendorError } from '../vendor-error.js'
import type { SocketMessage } from './vendor-socket.js'

/** A JSON object of unknown content. */
export type Json = Readonly<Record<string, unknown>>

/** @throws VendorError `protocol` where a vendor's message is no JSON object */
export function readJson(vendor: string, message: SocketMessage): Json {
  const text = message.toString()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new VendorError(vendor, 'protocol', `sent what is no JSON: ${text.slice(0, 100)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new VendorError(vendor, 'protocol', `sent what is no JSON object: ${text.slice(0, 100)}`)
  }
  return value as Json
}

/** What lies at a path of names and positions; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here: unknown = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Record<string | number, unknown>)[step]
  }
  return here
}

/** The text at a path; '' where there is none. */
export function text(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** The finite number at a path; undefined where there is none. */
export function number(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = at(value, ...path)
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

/** Whether `true` lies at a path. */
export function flag(value: unknown, ...path: readonly (string | number)[]): boolean {
  return at(value, ...path) === true
}

/** The array at a path; an empty one where there is none. */
export function list(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

/** Seconds as ms; undefined stays. */
export function ms(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000)
}
