/** Engines by their names in lower case, the legacy letters among them. */
const engines = new Map(
  Object.entries({
    a: 'Google',
    b: 'Telnyx',
    google: 'Google',
    telnyx: 'Telnyx',
    deepgram: 'Deepgram',
    azure: 'Azure',
    xai: 'xAI',
    assemblyai: 'AssemblyAI',
    speechmatics: 'Speechmatics',
    soniox: 'Soniox',
    parakeet: 'Parakeet',
  }),
)

/** An engine's own name; what is unknown stays as it is. */
export function engineName(engine: string): string {
  return engines.get(engine.toLowerCase()) ?? engine
}

/** What an engine's own options say about things that every engine has. */
export interface EngineOptions {
  /** Without the vendor's prefix: `nova-3` for `deepgram/nova-3`; '' for the engine's choice. */
  readonly model: string
  /** A tag, or `multi` where the engine finds out; undefined when nothing is said. */
  readonly language: string | undefined
  readonly hints: readonly string[]
}

/** Reads `transcription_engine_config`; what has another form than it should is ignored, as Telnyx ignores it. */
export function readEngineConfig(config: Readonly<Record<string, unknown>> = {}): EngineOptions {
  const model = textOf(config['transcription_model']) ?? textOf(config['model']) ?? ''
  const language = textOf(config['language'])?.replaceAll('_', '-')
  const contexts = Array.isArray(config['speech_context']) ? config['speech_context'] : []
  const boosted = config['keywords_boosting']
  const hints = [
    config['hints'],
    config['keyterms'],
    config['keyterm'],
    ...contexts.map((context) => (isObject(context) ? context['phrases'] : undefined)),
    isObject(boosted) ? Object.keys(boosted) : undefined,
  ]
  return {
    model: model.slice(model.indexOf('/') + 1),
    language: language === 'auto' || language === 'auto-detect' ? 'multi' : language,
    hints: [...new Set(hints.flatMap(phrasesOf))],
  }
}

function phrasesOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.filter((phrase) => typeof phrase === 'string').filter((phrase) => phrase.trim() !== '')
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
