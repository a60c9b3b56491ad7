import { resolve } from 'node:path'
import type { Command } from 'commander'
import { ParleyError } from '../../base/errors.js'
import type { CatalogueModel, ModelFolder } from '../../models/index.js'
import { configHere } from '../environment.js'
import { listModels, modelTable } from './list.js'
import { progressLine } from './progress.js'

interface PullFlags {
  readonly sha256?: string
  readonly mirror?: string
  readonly changed: boolean
  readonly json: boolean
  readonly dir?: string
}

/** `parley models`: speech models on this machine. */
export function register(program: Command): void {
  const models = program.command('models').description('speech models that run on this machine (sherpa-onnx)')
  models
    .command('list', { isDefault: true })
    .description('list the models that are here, and those that can be pulled')
    .option('--here', 'only those that are here', false)
    .option('--language <tag>', 'only those of a language')
    .option('--dir <folder>', 'folder of the models (default: models.dir of the configuration)')
    .option('--json', 'for machines', false)
    .action(list)
  models
    .command('pull <name...>')
    .description('download models, check them, and put them in place; goes on where a pull broke off')
    .option('--sha256 <hex>', 'what the SHA-256 of the archive must be')
    .option('--mirror <url>', 'where to pull from (default: models.mirror of the configuration)')
    .option('--changed', 'take a file that is another than at its first pull', false)
    .option('--dir <folder>', 'folder of the models (default: models.dir of the configuration)')
    .option('--json', 'for machines', false)
    .action(pull)
  models
    .command('remove <name...>')
    .description('delete models from this machine')
    .option('--dir <folder>', 'folder of the models (default: models.dir of the configuration)')
    .action(remove)
}

async function list(flags: { here: boolean; language?: string; dir?: string; json: boolean }): Promise<void> {
  const { catalogue } = await import('../../models/index.js')
  const folder = await folderHere(flags.dir)
  const rows = listModels(catalogue, folder, flags)
  console.log(flags.json ? JSON.stringify(rows, null, 2) : modelTable(rows, folder.dir))
}

async function pull(names: readonly string[], flags: PullFlags): Promise<void> {
  const { pullModel, catalogue } = await import('../../models/index.js')
  if (flags.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(flags.sha256)) {
    throw new ParleyError('model_checksum_wrong', `"${flags.sha256}" is no SHA-256: 64 hexadecimal digits.`)
  }
  if (flags.sha256 !== undefined && names.length > 1) {
    throw new ParleyError('model_checksum_wrong', '--sha256 is for one model; several were named.')
  }
  const wanted = await Promise.all(names.map((name) => known(catalogue, name)))
  const folder = await folderHere(flags.dir)
  const mirror = flags.mirror ?? configHere().config.models.mirror
  for (const model of wanted) {
    const line = progressLine(process.stderr, flags.json)
    try {
      const pulled = await pullModel(model, folder, {
        mirror,
        sha256: flags.sha256,
        changed: flags.changed,
        progress: line.progress,
        step: line.step,
      })
      line.end()
      console.log(flags.json ? JSON.stringify(pulled) : outcome(pulled))
    } finally {
      line.end()
    }
  }
}

async function remove(names: readonly string[], { dir }: { dir?: string }): Promise<void> {
  const folder = await folderHere(dir)
  for (const name of names) {
    console.log(`${folder.remove(name)} is removed.`)
  }
}

function outcome({
  name,
  folder,
  sha256,
  checked,
}: {
  readonly name: string
  readonly folder: string
  readonly sha256: string
  readonly checked: string
}): string {
  const trust =
    checked === 'nothing'
      ? `There was nothing to compare its SHA-256 with; it is remembered for the next pull:\n  ${sha256}`
      : `Its SHA-256 is right (${checked}).`
  return `${name} is in ${folder}.\n${trust}`
}

async function known(catalogue: readonly CatalogueModel[], name: string): Promise<CatalogueModel> {
  const { findModel } = await import('../../models/index.js')
  const model = findModel(catalogue, name)
  if (model) return model
  throw new ParleyError('model_unknown', `There is no model "${name}" to pull.`)
}

async function folderHere(dir: string | undefined): Promise<ModelFolder> {
  const { ModelFolder } = await import('../../models/index.js')
  return new ModelFolder(dir === undefined ? configHere().config.models.dir : resolve(dir))
}
