import type { SttCapabilities } from '../capabilities.js'
import type { Listening, ListenOptions } from '../engine.js'
import type { CloudSttVendor } from '../vendor.js'
import { secretsOf, type VendorSettings, type VendorVariables } from '../vendor-settings.js'
import { SocketListening } from '../wire/socket-listening.js'
import type { SttDialogue } from '../wire/stt-dialogue.js'
import { CloudStt, type EarKnowledge } from './cloud-stt.js'

/** What a vendor's file says of itself. */
interface SocketSttParts extends EarKnowledge {
  readonly name: string
  readonly secrets: readonly string[]
  /** The vendor's words for one session. `options.model` is its own name of the model, '' for its choice. */
  readonly converse: (options: ListenOptions) => SttDialogue
}

/** A speech-to-text engine behind a vendor's WebSocket. */
class SocketStt extends CloudStt<SocketSttParts> {
  open(options: ListenOptions): Listening {
    const { name, secrets, modelOf, converse } = this.parts
    return new SocketListening(converse({ ...options, model: modelOf(options.model) ?? '' }), {
      vendor: name,
      clock: this.context.clock,
      sampleRate: options.sampleRate,
      endpointing: this.endpointing,
      connectTimeoutMs: this.context.connectTimeoutMs,
      secrets,
    })
  }
}

/** What a vendor's file says of its row in the table. */
export interface SocketSttRow
  extends Pick<CloudSttVendor, 'name' | 'aliases' | 'summary' | 'carries'>,
    Pick<SocketSttParts, 'modelOf' | 'understands'> {
  /** Its section of `speech.vendors`, where that is not its name. */
  readonly account?: string
  readonly variables: VendorVariables & { readonly apiKey: readonly [string] }
  readonly capabilities: Pick<SttCapabilities, 'languages' | 'detectsLanguage' | 'models' | 'hints'> &
    Partial<SttCapabilities>
  readonly converse: (settings: VendorSettings, options: ListenOptions) => SttDialogue
}

/** The row of a vendor that is reached by a socket, with a key, and ends turns by itself. */
export function socketSttVendor({ modelOf, understands, converse, ...row }: SocketSttRow): CloudSttVendor {
  const capabilities: SttCapabilities = {
    partials: true,
    endOfTurn: 'engine',
    formats: ['mulaw/8000', 'pcm/16000'],
    ...row.capabilities,
  }
  const { name } = row
  return {
    account: name,
    ...row,
    capabilities,
    install: `set ${row.variables.apiKey[0]}`,
    configured: ({ apiKey }) => apiKey !== undefined,
    create: (settings, context) => {
      const secrets = secretsOf(settings)
      const parts = { name, capabilities, secrets, modelOf, ...(understands && { understands }) }
      // The account's voices may have a model of that account in mind, which is none to listen with.
      const own = { ...settings, model: modelOf(settings.model ?? '') || undefined }
      return new SocketStt({ ...parts, converse: (options) => converse(own, options) }, context)
    },
  }
}

/** A model's name without the vendor's own before it (`deepgram/nova-3`), lower case. */
export function bareModel(model: string): string {
  return model.toLowerCase().replace(/^[a-z0-9.-]+\//, '')
}

/** The name where it is in the list; the list's own spelling. '' stays. */
export function among(models: readonly string[], name: string): string | undefined {
  return name === '' ? '' : models.find((model) => model.toLowerCase() === name)
}
