import type { InstalledModel, VoiceKind } from '../../models/index.js'
import { ModelFiles } from './model-files.js'

/** Languages whose text Kokoro is given in letters of its own lexicons; for others it is told the language. */
const kokoroLexicons = new Set(['en', 'zh'])

/** What of a language a model must be loaded with: a Kokoro model speaks one of them at a time. */
export function languageOfLoading({ kind }: Pick<InstalledModel, 'kind'>, language: string): string {
  const [primary = '', region = ''] = language.toLowerCase().split('-')
  if (kind !== 'kokoro') return ''
  if (primary === 'en') return region === 'gb' ? 'en-gb' : ''
  // Kokoro's Portuguese speakers are Brazilians; the language is one of eSpeak's.
  if (primary === 'pt') return 'pt-br'
  return kokoroLexicons.has(primary) ? '' : primary
}

/**
 * What sherpa-onnx is given to load a voice.
 * @param language as `languageOfLoading` has it
 * @throws Error naming a file that is missing
 */
export function voiceConfig(model: InstalledModel, threads: number, language: string): object {
  const files = new ModelFiles(model)
  const text = () => ({
    tokens: files.need('tokens'),
    dataDir: files.find('dataDir'),
    dictDir: files.find('dictDir'),
  })
  const parts: Record<VoiceKind, () => object> = {
    vits: () => ({ vits: { model: files.need('model'), lexicon: files.all(/^lexicon\.txt$/), ...text() } }),
    matcha: () => ({
      matcha: {
        acousticModel: files.need('model'),
        vocoder: files.need('vocoder'),
        lexicon: files.all(/^lexicon\.txt$/),
        ...text(),
      },
    }),
    kokoro: () => ({
      kokoro: {
        model: files.need('model'),
        voices: files.need('voices'),
        lexicon: files.all(language === 'en-gb' ? /^lexicon-(gb-en|zh)\.txt$/ : /^lexicon-(us-en|zh)\.txt$/),
        ...text(),
        ...(language !== '' && language !== 'en-gb' && { lang: language }),
      },
    }),
  }
  const chinese = model.languages.some((tag) => tag.startsWith('zh'))
  return {
    model: { ...defined(parts[model.kind as VoiceKind]()), numThreads: threads, provider: 'cpu', debug: 0 },
    maxNumSentences: 1,
    ...defined({ ruleFsts: chinese ? files.all(/^(date|number|phone)(-zh)?\.fst$/) : undefined }),
  }
}

/** The binding takes no undefined. */
function defined(value: object): object {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(
    entries.map(([name, one]) => [name, typeof one === 'object' && one !== null ? defined(one) : one]),
  )
}
