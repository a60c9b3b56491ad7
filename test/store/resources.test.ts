import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Store } from '../../src/store/index.js'

let folder: string
let store: Store
const open = (): Promise<Store> => Store.open({ file: join(folder, 'parley.db') })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-resources-'))
  store = await open()
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

it('keeps what was made, in the order in which it was made, across restarts', async () => {
  const { resources } = store
  await resources.put('telnyx.application', { id: 'b', value: { name: 'first' }, createdAt: 1 })
  await resources.put('telnyx.application', { id: 'a', value: { name: 'second' }, createdAt: 2 })
  await resources.put('telnyx.secret', { id: 'a', value: {}, createdAt: 3 })
  await resources.put('telnyx.application', { id: 'b', value: { name: 'changed' }, createdAt: 9 })

  await store.close()
  store = await open()
  expect(await store.resources.list('telnyx.application')).toEqual([
    { id: 'b', value: { name: 'changed' }, createdAt: 1 },
    { id: 'a', value: { name: 'second' }, createdAt: 2 },
  ])
})

it('forgets what was deleted, and nothing else', async () => {
  const { resources } = store
  await resources.put('telnyx.application', { id: 'a', value: {}, createdAt: 1 })
  await resources.put('telnyx.secret', { id: 'a', value: {}, createdAt: 1 })
  await resources.delete('telnyx.application', 'a')
  await resources.delete('telnyx.application', 'never there')
  expect(await resources.list('telnyx.application')).toEqual([])
  expect(await resources.list('telnyx.secret')).toHaveLength(1)
})
