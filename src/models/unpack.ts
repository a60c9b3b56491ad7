import { execFile } from 'node:child_process'
import { readdirSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf, ParleyError } from '../base/errors.js'

const execute = promisify(execFile)

/**
 * Unpacks an archive into an empty folder, by the system's tar: it knows bzip2, keeps within the folder, and is several
 * times faster than what there is in JavaScript. The one folder that archives of models have at their top goes.
 * @throws ParleyError `model_pull_failed` when tar cannot
 */
export async function unpack(archive: string, folder: string): Promise<void> {
  try {
    await execute('tar', ['-xf', archive, '-C', folder, '--no-same-owner'])
  } catch (thrown) {
    const said = messageOf(thrown).trim().split('\n').slice(-2).join(' ')
    const hint = /bzip2|ENOENT/i.test(said) ? ' (apt-get install tar bzip2)' : ''
    throw new ParleyError('model_pull_failed', `${archive} cannot be unpacked: ${said}${hint}`, {
      cause: thrown,
    })
  }
  const [only, ...others] = readdirSync(folder, { withFileTypes: true })
  if (!only?.isDirectory() || others.length > 0) return
  const top = join(folder, '.top')
  renameSync(join(folder, only.name), top)
  for (const name of readdirSync(top)) renameSync(join(top, name), join(folder, name))
  rmdirSync(top)
}
