import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { InstalledModel } from '../../models/index.js'

/** What a file of a model is for, by how k2-fsa names such files. */
const roles = {
  encoder: /(^|-)encoder?\b.*\.onnx$/,
  decoder: /(^|-)decoder\b.*\.onnx$/,
  joiner: /^joiner\b.*\.onnx$/,
  preprocessor: /^preprocess\b.*\.onnx$/,
  uncachedDecoder: /^uncached_decode\b.*\.onnx$/,
  cachedDecoder: /^cached_decode\b.*\.onnx$/,
  vocoder: /^(vocos|hifigan)([-_.].*)?\.onnx$/,
  model: /\.onnx$/,
  tokens: /tokens\.txt$/,
  bpeVocab: /^bpe\.vocab$/,
  voices: /^voices\.bin$/,
  dataDir: /^espeak-ng-data$/,
} as const

export type Role = keyof typeof roles

/** Finds the files of a model: as its `model.json` says, else by their names. */
export class ModelFiles {
  private readonly names: readonly string[]

  constructor(private readonly model: Pick<InstalledModel, 'name' | 'kind' | 'folder' | 'files'>) {
    this.names = readdirSync(model.folder).sort()
  }

  /** Of several, the smaller form (int8); then the last by name, which is the same variant for each part of a model. */
  find(role: Role): string | undefined {
    const said = this.model.files[role]
    if (said) return join(this.model.folder, said)
    const named = this.names.filter((name) => roles[role].test(name))
    const fitting = role === 'model' ? named.filter((name) => !roles.vocoder.test(name)) : named
    // A transducer's decoder is small, and loses most by being made smaller.
    const whole = role === 'decoder' && this.model.kind.endsWith('transducer')
    const small = fitting.filter((name) => /\bint8\b/.test(name) !== whole)
    const found = small.at(-1) ?? fitting.at(-1)
    return found && join(this.model.folder, found)
  }

  /** @throws Error naming what is missing */
  need(role: Role): string {
    const found = this.find(role)
    if (!found) throw new Error(`${this.model.name} has no file for "${role}"`)
    return found
  }

  /** Paths of all that match, joined as sherpa-onnx wants them, in the patterns' order; undefined where there are none. */
  all(...patterns: readonly RegExp[]): string | undefined {
    const found = patterns.flatMap((pattern) => this.names.filter((name) => pattern.test(name)))
    return found.length > 0 ? found.map((name) => join(this.model.folder, name)).join(',') : undefined
  }
}
