import { isIP, isIPv6 } from 'node:net'
import { z } from 'zod'

const aPortRange = 'two ports between 1024 and 65535, such as 16384-32767'

/** Seals a value in messages; editors hide it too. */
export const secret = { writeOnly: true }

/** A password or key, where there is one. */
export function secretText(description: string) {
  return z
    .string()
    .min(1)
    .optional()
    .meta({ description, ...secret })
}

/** A whole number between two bounds, both allowed. */
export function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`
  return z.int(expected).min(min, expected).max(max, expected)
}

/** A TCP or UDP port; 0 lets the system choose. */
export const port = wholeNumber(0, 65535)

/** A host name or an IP address, without a port. */
export const host = z.string('a host name or an IP address').refine(isHost, 'a host name or an IP address')

const someHosts = 'a host name or an IP address, or one of IPv4 and one of IPv6'

/** What a socket binds to: a host, or one of each family. */
export const hosts = z
  .union([host.transform((one) => [one]), z.array(host).min(1)], someHosts)
  .refine((all) => all.length === 1 || (all.length === 2 && isIPv6(all[0]!) !== isIPv6(all[1]!)), someHosts)

/** A host, or several: `*`, a name, `*.example.com`, an address, a range. */
export const hostPattern = z
  .string('a host name, *.example.com, an IP address, a range such as 192.0.2.0/24, or *')
  .refine(
    (text) => text === '*' || isHost(text.replace(/^\*\./, '')) || isAddressRange(text),
    'a host name, *.example.com, an IP address, a range such as 192.0.2.0/24, or *',
  )

/** An IP address, or a range of them such as 192.0.2.0/24. */
export const addressRange = z
  .string('an IP address or a range such as 192.0.2.0/24')
  .refine(isAddressRange, 'an IP address or a range such as 192.0.2.0/24')

/** First and last port of a range, written `16384-32767`. */
export const portRange = z
  .string(aPortRange)
  .refine(isPortRange, { error: aPortRange, abort: true })
  .transform(bounds)
  .meta({ pattern: '^\\d+-\\d+$' })

/** Refuses a group in which the number `low` is above the number `high`. */
export function notAbove<Low extends string, High extends string>(low: Low, high: High) {
  return (group: Readonly<Record<Low | High, number>>, context: z.RefinementCtx) => {
    if (group[low] <= group[high]) return
    context.addIssue({
      code: 'custom',
      message: `a number not above ${high}, which is ${group[high]}`,
      path: [low],
      input: group[low],
    })
  }
}

function isHost(text: string): boolean {
  return isIP(text) > 0 || /^[\w-]+(\.[\w-]+)*\.?$/.test(text)
}

/** A host with or without a port; an IPv6 address with a port stands in brackets. */
export function isHostPort(text: string): boolean {
  if (isIP(text) > 0) return true
  const [, inBrackets, name, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  if (digits !== undefined && !(Number(digits) >= 1 && Number(digits) <= 65535)) return false
  return inBrackets !== undefined ? isIP(inBrackets) === 6 : name !== undefined && isHost(name)
}

/** Refuses a second entry of the same name. @param what an entry is */
export function uniqueNames(what: string) {
  return (entries: readonly { readonly name: string }[], context: z.RefinementCtx): void => {
    entries.forEach(({ name }, i) => {
      if (entries.findIndex((other) => other.name === name) === i) return
      const message = `a name that no ${what} before it has`
      context.addIssue({ code: 'custom', message, path: [i, 'name'], input: name })
    })
  }
}

function bounds(text: string): { from: number; to: number } {
  const [from = Number.NaN, to = Number.NaN] = text.split('-').map(Number)
  return { from, to }
}

function isPortRange(text: string): boolean {
  const { from, to } = bounds(text)
  return /^\d+-\d+$/.test(text) && from >= 1024 && to <= 65535 && to > from
}

function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const bits = isIP(address) === 6 ? 128 : 32
  if (isIP(address) === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)
}
