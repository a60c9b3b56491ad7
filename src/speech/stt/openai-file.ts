import type { SttCapabilities } from '../capabilities.js'
import type { Listening, ListenOptions } from '../engine.js'
import { isAnyLanguage, nameAmong } from '../languages.js'
import type { CloudSttVendor, EngineContext, RegisteredStt } from '../vendor.js'
import { secretsOf, type VendorSettings } from '../vendor-settings.js'
import { FileListening } from '../wire/file-listening.js'
import { type Json, readJson, text } from '../wire/json.js'
import { openAiPath } from '../wire/openai-path.js'
import { postStreamed } from '../wire/streamed-request.js'
import { httpUrl } from '../wire/urls.js'
import { openAiExpects, openAiLanguages } from './openai.js'
import { bareModel } from './socket-stt.js'

const capabilities: SttCapabilities = {
  languages: openAiLanguages.split(' '),
  detectsLanguage: true,
  models: ['gpt-transcribe', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'whisper-1'],
  partials: false,
  endOfTurn: 'relay',
  formats: ['WAV'],
  hints: 'keywords, or a prompt',
}

export const openAiFileVendor: CloudSttVendor = {
  name: 'openai-file',
  aliases: [],
  summary: 'a file for each turn',
  install: 'set OPENAI_API_KEY',
  account: 'openai',
  variables: { apiKey: ['OPENAI_API_KEY'], url: ['OPENAI_BASE_URL'] },
  configured: ({ apiKey }) => apiKey !== undefined,
  capabilities,
  create: (settings, context) =>
    new OpenAiFile('openai-file', settings, context, 'https://api.openai.com/v1'),
}

/** Servers of one's own that speak OpenAI's HTTP API: speaches, vLLM, whisper.cpp, LocalAI and others. */
export const compatibleSttVendor: CloudSttVendor = {
  name: 'openai-compatible',
  aliases: ['compatible', 'speaches', 'whisper-server'],
  summary: 'a server of your own with the API of OpenAI',
  install: 'set speech.vendors.openai-compatible.url',
  account: 'openai-compatible',
  variables: {},
  configured: ({ url }) => url !== undefined,
  capabilities: { ...capabilities, models: ['whisper-1'] },
  create: (settings, context) => new OpenAiFile('openai-compatible', settings, context, settings.url ?? ''),
}

/** ms until a server must have answered a turn. */
const ANSWER_MS = 15_000

/** Speech to text by `POST /v1/audio/transcriptions`: each turn is sent as a WAV file once the caller is silent. */
class OpenAiFile implements RegisteredStt {
  readonly endpointing = 'relay'
  private readonly url: string

  constructor(
    readonly name: string,
    private readonly settings: VendorSettings,
    private readonly context: EngineContext,
    fallback: string,
  ) {
    const base = settings.url ?? fallback
    this.url = httpUrl(base, openAiPath(base, '/audio/transcriptions'))
  }

  languageFor(language: string): string | undefined {
    if (isAnyLanguage(language)) return 'multi'
    return nameAmong(capabilities.languages, language)
  }

  open(options: ListenOptions): Listening {
    const language = isAnyLanguage(options.language) ? 'en' : options.language
    return new FileListening({
      vendor: this.name,
      clock: this.context.clock,
      sampleRate: options.sampleRate,
      recognise: async (wav, signal) => {
        const answer = await this.transcribe(wav, options, signal)
        const found = isAnyLanguage(options.language) ? text(answer, 'languages', 0) : ''
        return { text: text(answer, 'text').trim(), language: found || language }
      },
    })
  }

  async close(): Promise<void> {}

  private async transcribe(wav: Uint8Array, options: ListenOptions, signal: AbortSignal): Promise<Json> {
    const { apiKey } = this.settings
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(wav)], { type: 'audio/wav' }), 'turn.wav')
    const chosen = bareModel(options.model) || this.preferred || this.defaultModel
    form.append('model', chosen)
    form.append('response_format', 'json')
    for (const [name, value] of Object.entries(openAiExpects(chosen, options))) {
      if (typeof value === 'string') form.append(name, value)
      else for (const one of value) form.append(`${name}[]`, one)
    }
    const { body } = await postStreamed({
      vendor: this.name,
      url: this.url,
      headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
      body: form,
      headTimeoutMs: ANSWER_MS,
      signal,
      secrets: secretsOf(this.settings),
    })
    const pieces: Buffer[] = []
    for await (const piece of body) pieces.push(piece)
    return readJson(this.name, Buffer.concat(pieces))
  }

  /** The account's model, unless it is one of voices. */
  private get preferred(): string | undefined {
    const { model } = this.settings
    return this.name === 'openai-file' && /tts/i.test(model ?? '') ? undefined : model
  }

  private get defaultModel(): string {
    return this.name === 'openai-file' ? 'gpt-transcribe' : 'whisper-1'
  }
}
