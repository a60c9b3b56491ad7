import { messageOf, ParleyError } from '../base/errors.js'
import { type EnginePreference, namesIn } from './preference.js'
import { type EngineContext, isCloud, type LocalContext, type Vendor } from './vendor.js'
import type { VendorSettings } from './vendor-settings.js'

/** A vendor that was tried at start. */
export interface Tried<Engine, Capabilities = unknown> {
  readonly vendor: Vendor<Engine, Capabilities>
  readonly engine: Engine | undefined
  /** Why it is missing. */
  readonly reason: string
}

/** What cloud vendors are started with. */
export interface StartContext extends EngineContext, LocalContext {
  /** By account. */
  readonly vendors: Readonly<Record<string, VendorSettings>>
}

/**
 * Starts all vendors; those that cannot start stay listed, with the reason. Cloud vendors connect to nothing yet.
 * @param path of the setting, for messages
 * @throws ParleyError `config_invalid` when one that the preference names is unknown or cannot start
 */
export async function startVendors<Engine, Capabilities>(
  path: string,
  preference: EnginePreference,
  vendors: readonly Vendor<Engine, Capabilities>[],
  context: StartContext,
): Promise<Tried<Engine, Capabilities>[]> {
  const named = namesIn(preference)
  for (const name of named) {
    if (vendors.some((vendor) => isNamed(vendor, name))) continue
    const known = ['auto', ...vendors.map((vendor) => vendor.name)].join(', ')
    throw new ParleyError('config_invalid', `${path}: "${name}" is no engine; expected one of ${known}`)
  }
  const tried = await Promise.all(vendors.map((vendor) => tryVendor(vendor, context)))
  for (const { vendor, engine, reason } of tried) {
    if (engine || !named.some((name) => isNamed(vendor, name))) continue
    throw new ParleyError(
      'config_invalid',
      `${path}: ${vendor.name} cannot start: ${reason} (${vendor.install})`,
    )
  }
  return tried
}

async function tryVendor<Engine, Capabilities>(
  vendor: Vendor<Engine, Capabilities>,
  context: StartContext,
): Promise<Tried<Engine, Capabilities>> {
  try {
    if (!isCloud(vendor)) return { vendor, engine: await vendor.start(context), reason: '' }
    const settings = context.vendors[vendor.account] ?? {}
    if (!vendor.configured(settings)) return { vendor, engine: undefined, reason: 'not configured' }
    return { vendor, engine: vendor.create(settings, context), reason: '' }
  } catch (thrown) {
    return { vendor, engine: undefined, reason: messageOf(thrown) }
  }
}

/** Whether an app or a configuration means this vendor by `name`, which is in lower case. */
export function isNamed(
  vendor: { readonly name: string; readonly aliases: readonly string[] },
  name: string,
): boolean {
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

/**
 * Engines in the order of the names. `auto` stands for all that are there; local ones stand by at the end, for
 * languages that the others lack and for the time when none of them answers.
 */
export function inOrder<Engine>(tried: readonly Tried<Engine>[], names: readonly string[]): Engine[] {
  const chosen = names.flatMap((name) => (name === 'auto' ? running(tried) : find(tried, name)))
  const local = running(tried.filter(({ vendor }) => !isCloud(vendor)))
  return [...new Set([...chosen, ...local])]
}

/** What to say when there is no engine at all. */
export function missing<Engine>(kind: string, tried: readonly Tried<Engine>[]): string {
  const local = tried.filter(({ vendor }) => !isCloud(vendor))
  return `no ${kind} engine is installed: ${local.map(({ vendor }) => vendor.install).join(', or ')}`
}

/** Lines for the start banner. */
export function describe<Engine extends { readonly summary?: string }>(
  title: string,
  tried: readonly Tried<Engine>[],
  names: readonly string[],
): string[] {
  const order = inOrder(tried, names)
  const here = order.flatMap((engine) => tried.filter((one) => one.engine === engine))
  const lines =
    here.length === 0
      ? [`${title}: none`]
      : [
          `${title}: ${here.map(({ vendor, engine }) => `${vendor.name} (${engine?.summary ?? vendor.summary})`).join(', then ')}`,
        ]
  for (const { vendor, engine, reason } of tried) {
    if (engine) continue
    if (!isCloud(vendor)) lines.push(`  better with ${vendor.name} (${vendor.summary}): ${vendor.install}`)
    else if (reason !== 'not configured') lines.push(`  ${vendor.name} cannot be used: ${reason}`)
  }
  return lines
}
