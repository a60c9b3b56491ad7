import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type ModelRate, type WindowBatch, windowSamples } from './window-batch.js'

/** Width of the recurrent state; two layers of it for each stream. */
const STATE = 128

/** What the model must be given back with a stream's next window. */
interface Memory {
  readonly state: Float32Array
  /** The last samples of the window before, an eighth of a window: the model sees them in front of the next. */
  readonly context: Float32Array
}

/**
 * Silero voice activity detection, version 5, run over many streams at once. Inputs `input` [n, context + window],
 * `state` [2, n, 128] and `sr`; outputs `output` [n, 1] and `stateN` (github.com/snakers4/silero-vad, utils_vad.py).
 */
export class SileroModel {
  private readonly memories: Memory[] = []

  private constructor(private readonly session: InferenceSession) {}

  /** @throws Error when the file is missing or not a model */
  static async load(path: string): Promise<SileroModel> {
    const session = await InferenceSession.create(path, { intraOpNumThreads: 1, interOpNumThreads: 1 })
    return new SileroModel(session)
  }

  /** Fills in the batch's probabilities. Windows of one stream follow each other; those of different ones run together. */
  async run(batch: WindowBatch): Promise<void> {
    let waiting = Array.from({ length: batch.count }, (_, index) => index)
    while (waiting.length > 0) {
      const taken = new Set<number>()
      const now: Record<ModelRate, number[]> = { 8000: [], 16000: [] }
      const later: number[] = []
      for (const index of waiting) {
        const stream = batch.stream(index)
        if (taken.has(stream)) later.push(index)
        else now[batch.rate(index)].push(index)
        taken.add(stream)
      }
      await this.together(batch, now[8000], 8000)
      await this.together(batch, now[16000], 16000)
      waiting = later
    }
  }

  private async together(batch: WindowBatch, windows: readonly number[], rate: ModelRate): Promise<void> {
    const n = windows.length
    if (n === 0) return
    const length = windowSamples(rate)
    const before = length / 8
    const width = before + length
    const input = new Float32Array(n * width)
    const state = new Float32Array(2 * n * STATE)
    windows.forEach((index, row) => {
      const memory = this.memory(batch.stream(index), batch.first(index))
      input.set(memory.context.subarray(0, before), row * width)
      const from = batch.offset(index)
      for (let i = 0; i < length; i++) input[row * width + before + i] = batch.samples[from + i]! / 32768
      memory.context.set(input.subarray((row + 1) * width - before, (row + 1) * width))
      state.set(memory.state.subarray(0, STATE), row * STATE)
      state.set(memory.state.subarray(STATE), (n + row) * STATE)
    })
    const answer = await this.session.run({
      input: new Tensor('float32', input, [n, width]),
      state: new Tensor('float32', state, [2, n, STATE]),
      sr: new Tensor('int64', BigInt64Array.of(BigInt(rate)), []),
    })
    const output = answer['output']!.data as Float32Array
    const next = answer['stateN']!.data as Float32Array
    windows.forEach((index, row) => {
      batch.probabilities[index] = output[row]!
      const { state: kept } = this.memories[batch.stream(index)]!
      kept.set(next.subarray(row * STATE, (row + 1) * STATE))
      kept.set(next.subarray((n + row) * STATE, (n + row + 1) * STATE), STATE)
    })
  }

  private memory(stream: number, first: boolean): Memory {
    const known = this.memories[stream]
    if (known && !first) return known
    const memory = known ?? {
      state: new Float32Array(2 * STATE),
      context: new Float32Array(windowSamples(16000) / 8),
    }
    memory.state.fill(0)
    memory.context.fill(0)
    this.memories[stream] = memory
    return memory
  }
}
