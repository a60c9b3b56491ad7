import { beforeEach, expect, it } from 'vitest'
import {
  type ProcessLink,
  type ProcessListening,
  RecogniserProcess,
} from '../../../src/speech/stt/recogniser-process.js'
import { FakeRecogniser } from './fake-recogniser.js'

type Order = { readonly type: 'open' } | { readonly type: 'audio'; readonly ms: number }
interface Answer {
  readonly type: 'partial'
  readonly stream: number
}

class Ear implements ProcessListening<Answer> {
  readonly heard: string[] = []

  constructor(readonly link: ProcessLink<Order>) {}

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

let worker: FakeRecogniser
let deaths: number
let recogniser: RecogniserProcess<Order, Answer, Ear>

beforeEach(() => {
  worker = new FakeRecogniser()
  deaths = 0
  recogniser = new RecogniserProcess(
    'Ears',
    () => worker.child,
    () => deaths++,
  )
})

const open = () => recogniser.open((link) => new Ear(link))

it('keeps the process only while it loads', async () => {
  expect(worker.isRef).toBe(false)
  const ready = recogniser.ready()
  expect(worker.isRef).toBe(true)
  worker.tell({ type: 'ready' })
  await ready
  expect(worker.isRef).toBe(false)
})

it('tells what was wrong when it ended while it loaded', async () => {
  const ready = recogniser.ready()
  worker.emit('exit', 1, null)
  worker.tell({ type: 'broken', message: 'no such file' })
  worker.connected = false
  worker.emit('disconnect')
  await expect(ready).rejects.toThrow('Ears ended while it loaded its model: no such file')
  expect(worker.isRef).toBe(false)
})

it('tells that there is no process', async () => {
  const ready = recogniser.ready()
  worker.pid = undefined
  worker.emit('error', new Error('spawn EAGAIN'))
  await expect(ready).rejects.toThrow('spawn EAGAIN')
  expect([recogniser.gone, deaths]).toEqual([true, 1])
})

it('gives each listening what the worker answers it', () => {
  const [one, other] = [open(), open()]
  worker.tell({ type: 'ready' })
  worker.tell({ type: 'partial', stream: other.link.id })
  worker.tell({ type: 'partial', stream: 99 })
  expect([one.heard, other.heard]).toEqual([[], ['partial']])
  expect([recogniser.load, recogniser.count((ear) => ear.heard.length > 0)]).toEqual([2, 1])
})

it('counts the audio that the worker has not dealt with, of all streams', () => {
  const [one, other] = [open(), open()]
  one.link.post({ type: 'open' })
  one.link.post({ type: 'audio', ms: 60 })
  other.link.post({ type: 'audio', ms: 40 })
  expect(worker.orders).toHaveLength(3)
  worker.tell({ type: 'done', ms: 70 })
  expect([one.link.behindMs(), other.link.behindMs()]).toEqual([30, 30])
})

it.each([
  [() => worker.die(null, 'SIGSEGV'), 'Ears stopped: SIGSEGV'],
  [() => worker.die(134), 'Ears stopped: code 134'],
])('tells its listenings why it died, when whoever opens another has heard of it', (die, message) => {
  const ear = open()
  const fail = ear.fail.bind(ear)
  ear.fail = (error) => {
    expect(deaths).toBe(1)
    fail(error)
  }
  die()
  expect([ear.heard, recogniser.load]).toEqual([[message], 0])
})

it('fails what is opened when it is gone, once that can be heard of', async () => {
  worker.die(1)
  const ear = open()
  ear.link.post({ type: 'open' })
  expect([ear.heard, worker.orders]).toEqual([[], []])
  await Promise.resolve()
  expect(ear.heard).toEqual(['Ears stopped: code 1'])
})

it('closes what it serves, and is not said to have died', async () => {
  open()
  const ready = recogniser.ready()
  await Promise.all([recogniser.close(), expect(ready).rejects.toThrow('Ears is closed')])
  expect([worker.ended, recogniser.load, deaths]).toEqual([true, 0, 0])
})

it('waits for nobody when it closes one that is gone', async () => {
  worker.die(1)
  await recogniser.close()
  expect(worker.ended).toBe(false)
})
