import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { postStreamed, type StreamedRequest } from '../../../src/speech/wire/streamed-request.js'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/speech?key=k3y`
}

function post(url: string, changes: Partial<StreamedRequest> = {}) {
  const signal = new AbortController().signal
  return postStreamed({
    vendor: 'acme',
    url,
    headers: {},
    body: '{}',
    headTimeoutMs: 2_000,
    signal,
    ...changes,
  })
}

it('hands the body on as it comes', async () => {
  let rest = () => {}
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'audio/pcm' }).write('first')
    rest = () => response.end('second')
  })
  const { contentType, body } = await post(url)
  const pieces: string[] = []
  for await (const piece of body) {
    pieces.push(piece.toString())
    rest()
  }
  expect([contentType, pieces]).toEqual(['audio/pcm', ['first', 'second']])
})

it('tells status and body of a refusal, without the key', async () => {
  const url = await serve((_, response) =>
    response.writeHead(429, { 'retry-after': '3' }).end('too many for k3y'),
  )
  await expect(post(url, { secrets: ['k3y'] })).rejects.toMatchObject({
    fault: 'quota',
    status: 429,
    retryAfterMs: 3_000,
    message: `acme: ${url.replace(/\?.*/, '')} answered 429: too many for ***`,
  })
})

it('gives up a server that does not answer', async () => {
  const url = await serve(() => {})
  await expect(post(url, { headTimeoutMs: 50 })).rejects.toMatchObject({ fault: 'timeout' })
})

it('tells that an answer broke off', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200).write('first')
    setTimeout(() => response.destroy(), 20)
  })
  const { body } = await post(url)
  const read = async () => {
    for await (const _ of body);
  }
  await expect(read()).rejects.toMatchObject({ fault: 'dropped' })
})

it('ends with the abort of its signal', async () => {
  const aborting = new AbortController()
  const url = await serve(() => aborting.abort(new Error('not wanted any more')))
  await expect(post(url, { signal: aborting.signal })).rejects.toThrow('not wanted any more')
})
