import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ModelFolder } from '../../../src/models/index.js'
import { isModel, modelNamed, usableModels } from '../../../src/speech/sherpa/usable-models.js'
import { TestModels } from './support/models.js'

let models: TestModels
beforeEach(() => {
  models = new TestModels()
})
afterEach(() => models.remove())

it('models that work are used, the best first, and what is wrong with others is told', async () => {
  const empty = () => {}
  models.add('own-whisper', 'whisper', empty)
  models.add('sherpa-onnx-whisper-tiny', 'whisper', empty)
  models.add('own-streaming', 'streaming-ctc', empty)
  models.add('sherpa-onnx-streaming-zipformer-en-2023-06-26', 'streaming-transducer', empty)
  models.add('damaged', 'streaming-ctc', empty)
  models.add('voice', 'vits', empty)
  models.add('nonsense', 'vits', empty)
  writeFileSync(join(models.dir, 'nonsense', 'model.json'), '{}')
  const found = await usableModels(
    { dir: models.dir },
    ({ kind }) => kind !== 'vits',
    async ({ name }) => (name === 'damaged' ? 'it ends the process' : undefined),
  )
  expect(found.models.map(({ name }) => name)).toEqual([
    'sherpa-onnx-streaming-zipformer-en-2023-06-26',
    'own-streaming',
    'sherpa-onnx-whisper-tiny',
    'own-whisper',
  ])
  expect(found.summary).toMatch(
    /own-whisper; cannot use nonsense: kind: expected one of .*; cannot use damaged: it ends the process$/,
  )
})

it.each([
  ['sherpa-onnx-whisper-tiny', true],
  ['Whisper-Tiny', true],
  ['tiny', true],
  ['iny', false],
  ['', false],
])('%j means the model: %s', (wanted, meant) => {
  expect(isModel({ name: 'sherpa-onnx-whisper-tiny' }, wanted)).toBe(meant)
})

it('a model is named by all of its name before another is by the end', () => {
  for (const name of ['streaming-paraformer', 'paraformer']) models.add(name, 'paraformer', () => {})
  const [plain, streaming] = new ModelFolder(models.dir).find().models
  const both = [streaming!, plain!]
  expect(modelNamed(both, 'Paraformer')).toBe(plain)
  expect(modelNamed(both, 'streaming-paraformer')).toBe(streaming)
  expect(modelNamed([streaming!], 'paraformer')).toBe(streaming)
  expect(modelNamed(both, 'whisper')).toBeUndefined()
})
