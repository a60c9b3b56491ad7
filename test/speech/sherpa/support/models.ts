import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelKind } from '../../../../src/models/index.js'

/** Whether sherpa-onnx is there for this system: it is an optional package. */
export function hasSherpa(): boolean {
  try {
    createRequire(import.meta.url)('sherpa-onnx-node')
    return true
  } catch {
    return false
  }
}

/** A models folder of a test's own. */
export class TestModels {
  readonly dir = mkdtempSync(join(tmpdir(), 'parley-models-'))

  /** Puts a model into it. @param write writes the model's files into its folder */
  add(
    name: string,
    kind: ModelKind,
    write: (folder: string) => void,
    more: { readonly languages?: readonly string[]; readonly speakers?: readonly string[] } = {},
  ): this {
    const folder = join(this.dir, name)
    mkdirSync(folder)
    write(folder)
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ kind, languages: ['en'], ...more }))
    return this
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}
