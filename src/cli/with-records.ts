import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ParleyError } from '../base/errors.js'
import { Store } from '../store/index.js'
import { configHere } from './environment.js'

/**
 * Reads the records of calls, also while a node writes them.
 *
 * @param dataDir folder of the database; the configuration's where undefined
 */
export async function withRecords<Result>(
  dataDir: string | undefined,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const file = join(dataDir === undefined ? configHere().config.data.dir : resolve(dataDir), 'parley.db')
  if (!existsSync(file)) throw new ParleyError('records_missing', `There are no records yet: no ${file}.`)
  const store = await Store.open({ file, readonly: true })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
