import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, ParleyError } from '../base/errors.js'
import { findModel } from './catalogue.js'
import type { ModelKind } from './kinds.js'
import { type Manifest, manifestFile, readManifest } from './manifest.js'

/** A model on this machine. */
export interface InstalledModel {
  readonly name: string
  /** Absolute. */
  readonly folder: string
  readonly kind: ModelKind
  readonly languages: readonly string[]
  readonly speakers: readonly string[]
  readonly files: Readonly<Record<string, string>>
  readonly source: Manifest['source']
}

export interface FoundModels {
  readonly models: readonly InstalledModel[]
  /** Folders that should hold a model and do not, with what is wrong. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[]
}

/** The folder of this machine's models: a folder each, with a `model.json`. Folders without one are none of its own. */
export class ModelFolder {
  constructor(readonly dir: string) {}

  /** By name. A folder that is not there holds none. */
  find(): FoundModels {
    const models: InstalledModel[] = []
    const broken: { name: string; reason: string }[] = []
    for (const name of this.names()) {
      const folder = this.pathOf(name)
      try {
        const {
          kind,
          languages,
          speakers = [],
          files = {},
          source,
        } = readManifest(readFileSync(join(folder, manifestFile), 'utf8'))
        models.push({ name, folder, kind, languages, speakers, files, source })
      } catch (thrown) {
        broken.push({ name, reason: messageOf(thrown) })
      }
    }
    return { models, broken }
  }

  pathOf(name: string): string {
    return join(this.dir, name)
  }

  /**
   * @param name all of it, or the end that no other has
   * @returns all of it
   * @throws ParleyError `model_unknown` when it is not there
   */
  remove(name: string): string {
    const found = findModel(
      this.names().map((one) => ({ name: one })),
      name,
    )
    if (!found) throw new ParleyError('model_unknown', `There is no model "${name}" in ${this.dir}.`)
    rmSync(this.pathOf(found.name), { recursive: true })
    return found.name
  }

  /** What a model takes on the disk, in bytes. */
  sizeOf(name: string): number {
    const entries = readdirSync(this.pathOf(name), { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  }

  private names(): string[] {
    if (!existsSync(this.dir)) return []
    return readdirSync(this.dir, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && existsSync(join(this.dir, name, manifestFile)))
      .map(({ name }) => name)
      .sort()
  }
}
