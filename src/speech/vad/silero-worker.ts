import { parentPort, workerData } from 'node:worker_threads'
import * as ort from 'onnxruntime-node'
import {
  contextSamples,
  type FromSilero,
  type ToSilero,
  type WindowBatch,
  windowSamples,
} from './silero-messages.js'

/** Values of the recurrent state: 2 layers of 128. */
const stateSize = 128

interface StreamState {
  readonly state: Float32Array
  readonly context: Float32Array
}

const port = parentPort!
const session = await ort.InferenceSession.create(workerData as string, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
})
const streams = new Map<number, StreamState>()
/** Batches wait for the one that runs: a stream's windows have an order. */
let running = Promise.resolve()

port.on('message', (message: ToSilero) => {
  running = running.then(async () => {
    if (message.type === 'windows') await recognise(message)
    else for (const stream of message.streams) streams.delete(stream)
  })
})
post({ type: 'ready' })

function post(message: FromSilero): void {
  port.postMessage(message)
}

/** A batch may hold several windows of a stream (its pre-roll): these run one after the other. */
async function recognise(batch: WindowBatch): Promise<void> {
  const probabilities = new Float32Array(batch.streams.length)
  let waiting = [...batch.streams.keys()]
  while (waiting.length > 0) {
    const seen = new Set<number>()
    const now = waiting.filter((i) => !seen.has(batch.streams[i]) && seen.add(batch.streams[i]))
    await runOnce(batch, now, probabilities)
    const done = new Set(now)
    waiting = waiting.filter((i) => !done.has(i))
  }
  post({ type: 'voice', streams: batch.streams, probabilities })
}

async function runOnce(batch: WindowBatch, windows: readonly number[], out: Float32Array): Promise<void> {
  const window = windowSamples(batch.sampleRate)
  const context = contextSamples(batch.sampleRate)
  const width = context + window
  const count = windows.length
  const input = new Float32Array(count * width)
  const state = new Float32Array(2 * count * stateSize)
  const owners = windows.map((i) => streamState(batch.streams[i], context))
  for (const [row, i] of windows.entries()) {
    const owner = owners[row]
    const samples = batch.samples.subarray(i * window, (i + 1) * window)
    input.set(owner.context, row * width)
    input.set(samples, row * width + context)
    owner.context.set(samples.subarray(window - context))
    for (const layer of [0, 1]) {
      const own = owner.state.subarray(layer * stateSize, (layer + 1) * stateSize)
      state.set(own, (layer * count + row) * stateSize)
    }
  }
  const result = await session.run({
    input: new ort.Tensor('float32', input, [count, width]),
    state: new ort.Tensor('float32', state, [2, count, stateSize]),
    sr: new ort.Tensor('int64', BigInt64Array.of(BigInt(batch.sampleRate)), []),
  })
  const output = result['output'].data as Float32Array
  const next = result['stateN'].data as Float32Array
  for (const [row, i] of windows.entries()) {
    out[i] = output[row]
    for (const layer of [0, 1]) {
      const at = (layer * count + row) * stateSize
      owners[row].state.set(next.subarray(at, at + stateSize), layer * stateSize)
    }
  }
}

function streamState(stream: number, context: number): StreamState {
  const known = streams.get(stream)
  if (known) return known
  const fresh = { state: new Float32Array(2 * stateSize), context: new Float32Array(context) }
  streams.set(stream, fresh)
  return fresh
}
