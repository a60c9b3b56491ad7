import type { InstalledModel, VoiceKind } from '../../models/index.js'
import { ModelFiles } from './model-files.js'

/** What reads out Chinese numbers, in the order that k2-fsa gives them: the last takes all digits that are left. */
const chineseRules = [/^phone(-zh)?\.fst$/, /^date(-zh)?\.fst$/, /^number(-zh)?\.fst$/]

/**
 * What of a language a model must be loaded with: '' for what the model itself takes, `zh` for numbers as Chinese has them.
 * A Kokoro model speaks one language at a time, by the name that eSpeak NG has for it.
 */
export function languageOfLoading({ kind }: Pick<InstalledModel, 'kind'>, language: string): string {
  const [primary = '', region = ''] = language.toLowerCase().split('-')
  if (primary === 'zh') return 'zh'
  if (kind !== 'kokoro') return ''
  // The model itself takes American; what eSpeak NG calls `en` is British.
  if (primary === 'en') return region === 'gb' ? 'en' : ''
  // Kokoro's Portuguese speakers are Brazilians.
  return primary === 'pt' ? 'pt-br' : primary
}

/**
 * What sherpa-onnx is given to load a voice.
 * @param language as `languageOfLoading` has it
 * @throws Error naming a file that is missing
 */
export function voiceConfig(model: InstalledModel, threads: number, language: string): object {
  const files = new ModelFiles(model)
  const text = () => ({ tokens: files.need('tokens'), dataDir: files.find('dataDir') })
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
        lexicon: files.all(/^lexicon-(us-en|zh)\.txt$/),
        ...text(),
        ...(language !== '' && language !== 'zh' && { lang: language }),
      },
    }),
    kitten: () => ({ kitten: { model: files.need('model'), voices: files.need('voices'), ...text() } }),
  }
  return {
    model: { ...defined(parts[model.kind as VoiceKind]()), numThreads: threads, provider: 'cpu', debug: 0 },
    maxNumSentences: 1,
    ...defined({ ruleFsts: language === 'zh' ? files.all(...chineseRules) : undefined }),
  }
}

/** The binding takes no undefined. */
function defined(value: object): object {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  return Object.fromEntries(
    entries.map(([name, one]) => [name, typeof one === 'object' && one !== null ? defined(one) : one]),
  )
}
