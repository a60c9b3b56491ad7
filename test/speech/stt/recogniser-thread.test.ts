import { EventEmitter } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { beforeEach, expect, it } from 'vitest'
import {
  RecogniserThread,
  type ThreadLink,
  type ThreadListening,
} from '../../../src/speech/stt/recogniser-thread.js'

type Order = { readonly type: 'open' } | { readonly type: 'audio'; readonly ms: number }
interface Answer {
  readonly type: 'partial'
  readonly stream: number
}

/** A worker that the test is. */
class FakeWorker extends EventEmitter {
  readonly orders: unknown[] = []
  isRef = true
  ended = false

  ref(): void {
    this.isRef = true
  }

  unref(): void {
    this.isRef = false
  }

  postMessage(order: unknown): void {
    this.orders.push(order)
  }

  async terminate(): Promise<number> {
    this.ended = true
    return 0
  }
}

class Ear implements ThreadListening<Answer> {
  readonly heard: string[] = []

  constructor(readonly link: ThreadLink<Order>) {}

  answer({ type }: Answer): void {
    this.heard.push(type)
  }

  fail(error: Error): void {
    this.heard.push(error.message)
    this.link.released()
  }

  async close(): Promise<void> {
    this.link.released()
  }
}

let worker: FakeWorker
let counter: Int32Array
let deaths: number
let thread: RecogniserThread<Order, Answer, Ear>

beforeEach(() => {
  worker = new FakeWorker()
  deaths = 0
  thread = new RecogniserThread(
    'Ears',
    (done) => {
      counter = done
      return worker as unknown as Worker
    },
    () => deaths++,
  )
})

const open = () => thread.open((link) => new Ear(link))

it('keeps the process only while it loads', async () => {
  expect(worker.isRef).toBe(false)
  const ready = thread.ready()
  expect(worker.isRef).toBe(true)
  worker.emit('message', { type: 'ready' })
  await ready
  expect([worker.isRef, worker.listenerCount('message'), worker.listenerCount('error')]).toEqual([
    false,
    1,
    1,
  ])
})

it.each([
  ['error', new Error('no such file'), 'no such file'],
  ['exit', 1, 'Ears ended while it loaded its model'],
])('tells that it ended while it loaded, by %s', async (event, value, message) => {
  const ready = thread.ready()
  worker.emit(event, value)
  await expect(ready).rejects.toThrow(message)
})

it('gives each listening what the worker answers it', () => {
  const [one, other] = [open(), open()]
  worker.emit('message', { type: 'ready' })
  worker.emit('message', { type: 'partial', stream: other.link.id })
  worker.emit('message', { type: 'partial', stream: 99 })
  expect([one.heard, other.heard]).toEqual([[], ['partial']])
  expect([thread.load, thread.count((ear) => ear.heard.length > 0)]).toEqual([2, 1])
})

it('counts the audio that the worker has not dealt with, of all streams', () => {
  const [one, other] = [open(), open()]
  one.link.post({ type: 'open' })
  one.link.post({ type: 'audio', ms: 60 })
  other.link.post({ type: 'audio', ms: 40 })
  expect(worker.orders).toHaveLength(3)
  Atomics.add(counter, 0, 70)
  expect([one.link.behindMs(), other.link.behindMs()]).toEqual([30, 30])
})

it('counts on past what the counter holds', () => {
  const { link } = open()
  const most = 2 ** 31 - 1
  link.post({ type: 'audio', ms: most })
  Atomics.add(counter, 0, most)
  link.post({ type: 'audio', ms: 100 })
  expect(link.behindMs()).toBe(100)
  Atomics.add(counter, 0, 60)
  expect(link.behindMs()).toBe(40)
})

it('tells its listenings why it died, when whoever opens another has heard of it', () => {
  const ear = open()
  const fail = ear.fail.bind(ear)
  ear.fail = (error) => {
    expect(deaths).toBe(1)
    fail(error)
  }
  worker.emit('error', new Error('out of memory'))
  worker.emit('exit', 1)
  expect([ear.heard, thread.load]).toEqual([['Ears stopped: out of memory'], 0])
})

it('closes what it serves, and is not said to have died', async () => {
  open()
  await thread.close()
  worker.emit('exit', 1)
  expect([worker.ended, thread.load, deaths]).toEqual([true, 0, 0])
})
