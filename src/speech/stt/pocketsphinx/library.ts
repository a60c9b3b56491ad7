import { existsSync } from 'node:fs'
import koffi from 'koffi'

/** Where Debian's `pocketsphinx-en-us` puts its model; newer packages may use the second place. */
const modelRoots = ['/usr/share/pocketsphinx/model', '/usr/local/share/pocketsphinx/model']

/** Files of one acoustic and language model. */
export interface SphinxModel {
  /** BCP-47 tag of the speech the model understands. */
  readonly language: string
  readonly acoustic: string
  readonly dictionary: string
  readonly languageModel: string
}

/** The English model, where it is installed. */
export function findModel(roots: readonly string[] = modelRoots): SphinxModel | undefined {
  for (const root of roots) {
    const model = {
      language: 'en-US',
      acoustic: `${root}/en-us/en-us`,
      dictionary: `${root}/en-us/cmudict-en-us.dict`,
      languageModel: `${root}/en-us/en-us.lm.bin`,
    }
    if (existsSync(`${model.acoustic}/mdef`) && existsSync(model.languageModel)) return model
  }
  return undefined
}

/** A C pointer, opaque to us. */
export type Handle = unknown

/**
 * The functions of PocketSphinx 5prealpha that Parley calls (sonames `libpocketsphinx.so.3`, `libsphinxbase.so.3`).
 * Their calls burn CPU, and end the process over what they did not expect: use them in a process of their own only.
 * @throws Error when a library cannot be loaded
 */
export function loadSphinx() {
  const base = koffi.load('libsphinxbase.so.3', { global: true })
  const sphinx = koffi.load('libpocketsphinx.so.3')
  return {
    argumentTable: sphinx.func('void *ps_args()'),
    configure: base.func('void *cmd_ln_init(void *inout, void *defs, int strict, ...)'),
    freeConfig: base.func('int cmd_ln_free_r(void *config)'),
    create: sphinx.func('void *ps_init(void *config)'),
    free: sphinx.func('int ps_free(void *decoder)'),
    /** Resets stream-wide times and noise estimates, so that a decoder can pass from one caller to another. */
    startStream: sphinx.func('int ps_start_stream(void *decoder)'),
    startUtterance: sphinx.func('int ps_start_utt(void *decoder)'),
    process: sphinx.func(
      'int ps_process_raw(void *decoder, int16_t *data, size_t n, int noSearch, int full)',
    ),
    endUtterance: sphinx.func('int ps_end_utt(void *decoder)'),
    posterior: sphinx.func('int ps_get_prob(void *decoder)'),
    logMath: sphinx.func('void *ps_get_logmath(void *decoder)'),
    exp: base.func('double logmath_exp(void *logMath, int value)'),
    segments: sphinx.func('void *ps_seg_iter(void *decoder)'),
    nextSegment: sphinx.func('void *ps_seg_next(void *segment)'),
    segmentWord: sphinx.func('const char *ps_seg_word(void *segment)'),
    segmentFrames: sphinx.func('void ps_seg_frames(void *segment, _Out_ int *first, _Out_ int *last)'),
    segmentScore: sphinx.func(
      'int ps_seg_prob(void *segment, _Out_ int *acoustic, _Out_ int *language, _Out_ int *backoff)',
    ),
    pronunciation: sphinx.func('char *! ps_lookup_word(void *decoder, const char *word)'),
    addWord: sphinx.func('int ps_add_word(void *decoder, const char *word, const char *phones, int update)'),
    features: sphinx.func('void *ps_get_feat(void *decoder)'),
    setCepstralMean: base.func('void cmn_live_set(void *cmn, float *mean)'),
    getCepstralMean: base.func('void cmn_live_get(void *cmn, _Out_ float *mean)'),
    setKeyphrases: sphinx.func('int ps_set_kws(void *decoder, const char *name, const char *file)'),
    setSearch: sphinx.func('int ps_set_search(void *decoder, const char *name)'),
  }
}

export type Sphinx = ReturnType<typeof loadSphinx>

/** Creates a decoder from options under PocketSphinx's own argument names. */
export function createDecoder(sphinx: Sphinx, options: Readonly<Record<string, string>>): Handle {
  const values: unknown[] = []
  for (const [name, value] of Object.entries(options)) values.push('str', name, 'str', value)
  const config = sphinx.configure(null, sphinx.argumentTable(), 1, ...values, 'void *', null)
  const decoder = config && sphinx.create(config)
  if (config) sphinx.freeConfig(config)
  if (!decoder) throw new Error(`PocketSphinx refused its model (${options['-hmm']}); is it complete?`)
  return decoder
}

/** One recognised word or phrase; times in frames of 10 ms from the start of the utterance, both inclusive. */
export interface Segment {
  readonly word: string
  readonly first: number
  readonly last: number
  /** Log score of the engine's own scale; for keyphrases against the background model. */
  readonly score: number
}

/** The current best path of a decoder, word by word. */
export function readSegments(sphinx: Sphinx, decoder: Handle): Segment[] {
  const segments: Segment[] = []
  for (let it = sphinx.segments(decoder); it; it = sphinx.nextSegment(it)) {
    const first = [0]
    const last = [0]
    sphinx.segmentFrames(it, first, last)
    const score = sphinx.segmentScore(it, [0], [0], [0])
    segments.push({ word: sphinx.segmentWord(it), first: first[0]!, last: last[0]!, score })
  }
  return segments
}
