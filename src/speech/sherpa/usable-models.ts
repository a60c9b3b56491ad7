import { catalogue, type InstalledModel, ModelFolder } from '../../models/index.js'
import type { ModelOptions } from '../options.js'
import { needPackage } from '../wire/optional-package.js'
import { sherpaPackage } from './addon.js'
import { checkModel } from './check-model.js'

export interface UsableModels {
  readonly models: readonly InstalledModel[]
  /** Their names, and what is wrong with others; for the start banner. */
  readonly summary: string
}

/**
 * The models of one task on this machine that sherpa-onnx can load, best first: those that hear as they go, then in the
 * catalogue's order.
 * @throws Error saying what is missing, or what is wrong with the models that there are
 */
export async function usableModels(
  options: ModelOptions | undefined,
  wanted: (model: InstalledModel) => boolean,
  check: (model: InstalledModel) => Promise<string | undefined> = checkModel,
): Promise<UsableModels> {
  if (!options) throw new Error('no folder of models is configured')
  const { models, broken } = new ModelFolder(options.dir).find()
  const candidates = models.filter(wanted).sort(byRank)
  if (candidates.length === 0 && broken.length === 0) throw new Error(`no model in ${options.dir}`)
  if (candidates.length > 0) needPackage(sherpaPackage)
  const usable: InstalledModel[] = []
  const wrong = broken.map(({ name, reason }) => `${name}: ${reason}`)
  // One after another: each takes a core and its memory.
  for (const model of candidates) {
    const reason = await check(model)
    if (reason === undefined) usable.push(model)
    else wrong.push(`${model.name}: ${reason}`)
  }
  if (usable.length === 0) throw new Error(wrong.join('; '))
  const names = usable.map(({ name }) => name).join(', ')
  return { models: usable, summary: [names, ...wrong.map((one) => `cannot use ${one}`)].join('; ') }
}

/** The model that an app means by a name: who is called so exactly, else the first whose name ends so. */
export function modelNamed(models: readonly InstalledModel[], wanted: string): InstalledModel | undefined {
  const exact = wanted.trim().toLowerCase()
  return models.find(({ name }) => name.toLowerCase() === exact) ?? models.find((one) => isModel(one, wanted))
}

/** Whether an app means this model by `name`: all of it, or the end. */
export function isModel({ name }: Pick<InstalledModel, 'name'>, wanted: string): boolean {
  const [own, asked] = [name.toLowerCase(), wanted.trim().toLowerCase()]
  return asked !== '' && (own === asked || own.endsWith(`-${asked}`))
}

function byRank(a: InstalledModel, b: InstalledModel): number {
  return rank(a) - rank(b) || a.name.localeCompare(b.name)
}

function rank({ name, kind }: InstalledModel): number {
  const at = catalogue.findIndex((model) => model.name === name)
  const late = kind.startsWith('streaming-') ? 0 : 1000
  return late + (at < 0 ? 500 : at)
}
