import { fork } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { childModule } from '../../base/child-module.js'
import { messageOf } from '../../base/errors.js'
import { ordinaryPriority } from '../../base/priority.js'
import type { InstalledModel } from '../../models/index.js'
import { fromPackage } from '../wire/optional-package.js'
import { sherpaPackage } from './addon.js'

/** Remembers in a model's folder that it was loaded, by which version, and what its files were. */
const file = '.loaded.json'
/** ms that loading and a first use may take. */
const patienceMs = 120_000

/**
 * Loads a model and uses it, once, in a process of its own: sherpa-onnx ends the process over a file that is none of its
 * own. The same files are not tried again.
 * @returns what is wrong with it; undefined where it works
 */
export async function checkModel(model: InstalledModel): Promise<string | undefined> {
  const state = stateOf(model)
  const path = join(model.folder, file)
  if (readOr(path) === state) return undefined
  const wrong = await tryModel(model)
  if (wrong !== undefined) return wrong
  try {
    writeFileSync(path, state)
  } catch {
    // A folder that cannot be written to is tried at each start.
  }
  return undefined
}

function tryModel(model: InstalledModel): Promise<string | undefined> {
  const { path, execArgv } = childModule('./check-process', import.meta.url)
  return new Promise((resolve) => {
    const child = fork(path, [JSON.stringify(model)], {
      execArgv,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: patienceMs,
    })
    ordinaryPriority(child.pid)
    let said = ''
    let answer: { readonly wrong?: string } | undefined
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
    })
    child.on('message', (message) => {
      answer = message as { wrong?: string }
    })
    child.on('error', (error) => resolve(messageOf(error)))
    child.on('close', (code, signal) => {
      if (answer) return resolve(answer.wrong)
      const last = said.trim().split('\n').slice(-2).join(' ').slice(0, 300)
      resolve(last || `loading it ended the process (${signal ?? `code ${code}`})`)
    })
  })
}

function stateOf({ folder, kind, files }: InstalledModel): string {
  const { version } = fromPackage<{ version: string }>(sherpaPackage, './package.json')
  const found = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== file)
    .map(({ name }) => {
      const { size, mtimeMs } = statSync(join(folder, name))
      return [name, size, mtimeMs]
    })
  return JSON.stringify({ version, kind, files, found })
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
