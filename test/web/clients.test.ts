import { describe, expect, it } from 'vitest'
import type { WebInvitation } from '../../src/calls/index.js'
import { Clients } from '../../src/web/clients.js'
import { FakeCall } from '../support/fake-call.js'

function rig(names: readonly string[] = ['alice', 'alice']) {
  let seed = 0
  const clients = new Clients((count) => Buffer.alloc(count, ++seed))
  const told: string[][] = names.map(() => [])
  const ids: string[] = []
  const leave = names.map((name, i) =>
    clients.register(name, {
      incoming: ({ id, from, parameters }) => {
        ids[i] = id
        told[i]!.push(`incoming ${from} ${JSON.stringify(parameters)}`)
      },
      gone: (_id, reason) => told[i]!.push(`gone ${reason}`),
    }),
  )
  const refused: string[] = []
  const call = new FakeCall({ from: '+15550001111' })
  const invitation: WebInvitation = {
    call,
    callerName: 'Ann',
    headers: [
      ['X-Order', '7'],
      ['Route', 'x'],
    ],
    accept: async (offer) => {
      if (offer === 'bad') throw new Error('bad offer')
      stop!('answered-elsewhere')
      return { answer: 'answer', party: {} as never }
    },
    refused: (reason) => refused.push(reason),
  }
  const stop = clients.ring('alice', invitation)
  return { clients, told, ids, leave, refused, stop }
}

describe('browsers that can be called', () => {
  it('of one name ring together; the first has the call, the others are told', async () => {
    const { clients, told, ids } = rig()
    expect(clients.list()).toEqual([{ name: 'alice', browsers: 2 }])
    await expect(clients.accept(ids[0]!, 'bad')).rejects.toThrow('bad offer')
    await clients.accept(ids[0]!, 'offer')
    expect(told).toEqual([
      ['incoming +15550001111 {"Order":"7"}'],
      ['incoming +15550001111 {"Order":"7"}', 'gone answered-elsewhere'],
    ])
    await expect(clients.accept(ids[1]!, 'offer')).rejects.toMatchObject({ code: 'web_call_not_found' })
  })

  it('reject for themselves; when all have, the call is refused', () => {
    const { clients, ids, refused, told } = rig()
    clients.reject(ids[0]!)
    expect([refused, told[0]!.at(-1)]).toEqual([[], 'gone rejected'])
    clients.reject(ids[1]!)
    expect(refused).toEqual(['rejected'])
    expect(() => clients.reject(ids[1]!)).toThrow(/no such call/)
  })

  it('that go away no longer ring', () => {
    const { clients, leave, refused } = rig()
    leave[0]!()
    expect(refused).toEqual([])
    leave[1]!()
    expect([refused, clients.has('alice')]).toEqual([['gone'], false])
  })

  it('have to be registered', () => {
    const { stop } = rig(['bob'])
    expect(stop).toBeUndefined()
  })
})
