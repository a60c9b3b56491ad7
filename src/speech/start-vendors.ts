import { messageOf, ParleyError } from '../base/errors.js'
import type { Vendor } from './vendor.js'

/** A vendor that was tried at start. */
export interface Tried<Engine> {
  readonly vendor: Vendor<Engine>
  readonly engine: Engine | undefined
  /** Why it is missing. */
  readonly reason: string
}

/**
 * Starts all vendors, the chosen one first; those that cannot start stay listed, with the reason.
 * @param path of the setting, for messages
 * @throws ParleyError `config_invalid` when the chosen one is unknown or cannot start
 */
export async function startVendors<Engine>(
  path: string,
  chosen: string,
  vendors: readonly Vendor<Engine>[],
): Promise<Tried<Engine>[]> {
  const first = vendors.find((vendor) => isNamed(vendor, chosen.toLowerCase()))
  if (chosen.toLowerCase() !== 'auto' && !first) {
    const known = ['auto', ...vendors.map(({ name }) => name)].join(', ')
    throw new ParleyError('config_invalid', `${path}: "${chosen}" is no engine; expected one of ${known}`)
  }
  const ordered = first ? [first, ...vendors.filter((vendor) => vendor !== first)] : vendors
  const tried = await Promise.all(ordered.map(tryVendor))
  if (first && !tried[0].engine) {
    throw new ParleyError(
      'config_invalid',
      `${path}: ${first.name} cannot start: ${tried[0].reason} (${first.install})`,
    )
  }
  return tried
}

async function tryVendor<Engine>(vendor: Vendor<Engine>): Promise<Tried<Engine>> {
  try {
    return { vendor, engine: await vendor.start(), reason: '' }
  } catch (thrown) {
    return { vendor, engine: undefined, reason: messageOf(thrown) }
  }
}

/** Whether an app or a configuration means this vendor by `name`, which is in lower case. */
function isNamed<Engine>(vendor: Vendor<Engine>, name: string): boolean {
  return vendor.name === name || vendor.aliases.includes(name)
}

/** The engine of that name, as a list of none or one. */
export function find<Engine>(tried: readonly Tried<Engine>[], name: string): Engine[] {
  return tried.flatMap(({ vendor, engine }) => (engine && isNamed(vendor, name) ? [engine] : []))
}

/** All engines, best first. */
export function running<Engine>(tried: readonly Tried<Engine>[]): Engine[] {
  return tried.flatMap(({ engine }) => (engine ? [engine] : []))
}

/** What to say when there is no engine at all. */
export function missing<Engine>(kind: string, tried: readonly Tried<Engine>[]): string {
  return `no ${kind} engine is installed: ${tried.map(({ vendor }) => vendor.install).join(', or ')}`
}

/** Lines for the start banner. */
export function describe<Engine>(title: string, tried: readonly Tried<Engine>[]): string[] {
  const here = tried.filter(({ engine }) => engine)
  const lines =
    here.length === 0
      ? [`${title}: none`]
      : [`${title}: ${here.map(({ vendor }) => `${vendor.name} (${vendor.summary})`).join(', then ')}`]
  for (const { vendor, engine } of tried) {
    if (!engine) lines.push(`  better with ${vendor.name} (${vendor.summary}): ${vendor.install}`)
  }
  return lines
}
