import { VendorError } from '../vendor-error.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import { ask } from '../wire/http-request.js'
import { list, text } from '../wire/json.js'
import { httpUrl } from '../wire/urls.js'

/** Names of ElevenLabs' ready-made voices that samples use in place of ids. */
const readyMade = new Map(
  Object.entries({
    adam: 'pNInz6obpgDQGcFmaJgB',
    brian: 'nPczCjzI2devNBz1zQrb',
    charlie: 'IKne3meq5aSn9XLyUdCD',
    charlotte: 'XB0fDUnXU5powFXDhCwa',
    daniel: 'onwK4e9ZLuTAKqWW03F9',
    george: 'JBFqnCBsd6RMkjVDRZzb',
    liam: 'TX3LPaxmHKxFdv7VOQHJ',
    lily: 'pFZP5JQG7iQjIQuC4Bku',
    mark: 'UgBBYS2sOqTuMpoF3BR0',
    rachel: '21m00Tcm4TlvDq8ikWAM',
    sarah: 'EXAVITQu4vr4xnSDxMaL',
  }),
)

const ID = /^[a-z0-9]{20}$/i
/** What people call a voice: words, and numbers behind them; not the hyphens that other vendors' voices have. */
const NAME = /^(?=.{1,60}$)[\p{L}\p{M}]+(?:[ '\u2019][\p{L}\p{M}]+| \d+)*$/u
/** ms that ElevenLabs may take to answer. */
const ANSWER_MS = 3_000
/** Names that are kept; more than an account has in use. */
const MOST_NAMES = 500

/**
 * A voice as ElevenLabs is asked for it; undefined where it is none.
 * @param own whether it was ElevenLabs' voice that was asked for: then it may also be one that only the account has a name for
 */
export function elevenLabsVoice(name: string, own: boolean): string | undefined {
  const known = readyMade.get(name.toLowerCase())
  return known ?? (ID.test(name) || (own && NAME.test(name)) ? name : undefined)
}

/**
 * The voices of an account by their names, as Telnyx's `ElevenLabs.BaseModel.John` has them
 * (elevenlabs.io/docs/api-reference/voices/search).
 */
export class ElevenLabsNames {
  private readonly known = new Map<string, Promise<string>>()

  constructor(private readonly settings: VendorSettings) {}

  /** The id of a voice that goes by its name; undefined where that is no name. */
  idOf(voice: string, signal: AbortSignal): Promise<string> | undefined {
    if (ID.test(voice) || !NAME.test(voice)) return undefined
    const name = voice.toLowerCase()
    const found = this.known.get(name) ?? this.find(voice, signal)
    this.known.set(name, found)
    // What was not found is looked for again next time.
    found.catch(() => this.known.delete(name))
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MOST_NAMES) break
      this.known.delete(oldest)
    }
    return found
  }

  /** @throws VendorError `request` where the account has no voice of that name */
  private async find(voice: string, signal: AbortSignal): Promise<string> {
    const { apiKey = '', url } = this.settings
    const response = await ask({
      vendor: 'elevenlabs',
      url: httpUrl(url ?? 'https://api.elevenlabs.io', '/v2/voices', { search: voice, page_size: 100 }),
      headers: { 'xi-api-key': apiKey },
      headTimeoutMs: ANSWER_MS,
      signal,
      secrets: secretsOf(this.settings),
    })
    const voices = list(await response.json().catch(() => undefined), 'voices')
    const id = named(voices, voice.toLowerCase())
    if (id) return id
    throw new VendorError('elevenlabs', 'request', `the account has no voice "${voice}"`)
  }
}

/** Ready-made voices are called "Sarah - Mature, Reassuring" by now. */
function named(voices: readonly unknown[], name: string): string | undefined {
  const nameOf = (voice: unknown) => text(voice, 'name').trim().toLowerCase()
  const same = voices.find((voice) => nameOf(voice) === name)
  const found = same ?? voices.find((voice) => nameOf(voice).startsWith(`${name} -`))
  return text(found, 'voice_id') || undefined
}
