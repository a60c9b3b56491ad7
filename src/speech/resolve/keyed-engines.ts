import { createHash } from 'node:crypto'
import { type EngineContext, isCloud, type Vendor } from '../vendor.js'
import type { VendorSettings } from '../vendor-settings.js'

/** Engines of keys of their own that are kept; the one unused for longest goes. */
const MOST = 100

interface Closable {
  close(): Promise<void>
}

/** Engines that apps brought the key of (Telnyx's `api_key_ref`), one for each key. */
export class KeyedEngines<Engine extends Closable> {
  private readonly engines = new Map<string, Engine>()
  private readonly names = new WeakMap<Engine, string>()

  constructor(
    private readonly accounts: Readonly<Record<string, VendorSettings>>,
    private readonly context: EngineContext,
  ) {}

  /** @throws Error where a package is missing */
  of(
    vendor: Vendor<Engine, unknown>,
    { apiKey, region }: { apiKey: string; region?: string | undefined },
  ): Engine | undefined {
    if (!isCloud(vendor)) return undefined
    const settings = { ...this.accounts[vendor.account], apiKey, ...(region && { region }) }
    if (!vendor.configured(settings)) return undefined
    const name = createHash('sha256')
      .update(JSON.stringify([vendor.name, apiKey, region]))
      .digest('base64')
    const known = this.engines.get(name)
    const engine = known ?? vendor.create(settings, this.context)
    // A Map keeps the order of insertion: the latest is last.
    this.engines.delete(name)
    this.engines.set(name, engine)
    this.names.set(engine, name)
    for (const [oldest, unused] of this.engines) {
      if (this.engines.size <= MOST) break
      this.engines.delete(oldest)
      unused.close().catch(() => {})
    }
    return engine
  }

  /** What tells an engine from those of other keys, without telling the key; undefined where it has none of its own. */
  nameOf(engine: Engine): string | undefined {
    return this.names.get(engine)
  }

  async close(): Promise<void> {
    await Promise.all([...this.engines.values()].map((engine) => engine.close()))
  }
}
