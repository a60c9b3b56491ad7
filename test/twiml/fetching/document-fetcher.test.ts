import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { CookieJar } from 'tough-cookie'
import twilio from 'twilio'
import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.js'
import { SimulatedClock } from '../../../src/base/simulated-clock.js'
import { DocumentError } from '../../../src/twiml/document/problem.js'
import { DocumentFetcher, type DocumentFetcherOptions } from '../../../src/twiml/fetching/document-fetcher.js'
import { twilioSignature } from '../../../src/twiml/fetching/twilio-signature.js'

const TOKEN = 'a token'
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

interface Seen {
  readonly method: string
  readonly url: string
  readonly host: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function app(answer: (request: Seen, response: ServerResponse) => void) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => {
      body += piece
    })
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      seen.push({ method, url, host: headers.host ?? '', headers, body })
      answer(seen.at(-1)!, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as AddressInfo
  return { seen, port, origin: `http://127.0.0.1:${port}` }
}

function fetcher(options: Partial<DocumentFetcherOptions> = {}): DocumentFetcher {
  const made = new DocumentFetcher({
    clock: systemClock,
    hosts: {},
    sign: (url, form) => ({ 'X-Twilio-Signature': twilioSignature(TOKEN, url, form) }),
    ...options,
  })
  closers.push(() => made.close())
  return made
}

const xml = (response: ServerResponse, status = 200) =>
  response.writeHead(status, { 'content-type': 'text/xml' }).end('<Response/>')

async function failure(made: DocumentFetcher, url: string): Promise<number> {
  const thrown = await made
    .fetch({ url, method: 'POST', parameters: {} }, new CookieJar(), new AbortController().signal)
    .catch((error: unknown) => error)
  if (!(thrown instanceof DocumentError)) throw thrown
  return thrown.problem.number
}

it('posts a form that the official SDK validates', async () => {
  const { seen, origin } = await app((_, response) => xml(response))
  const parameters = { CallSid: 'CA1', To: '+1 555', From: 'sip:ü@x' }
  const url = `${origin}/voice?a=b&c=`
  const got = await fetcher().fetch({ url, method: 'POST', parameters }, new CookieJar(), AbortSignal.any([]))
  expect(got).toEqual({ url, status: 200, contentType: 'text/xml', text: '<Response/>' })
  const form = Object.fromEntries(new URLSearchParams(seen[0]!.body))
  expect(form).toEqual(parameters)
  expect(twilio.validateRequest(TOKEN, String(seen[0]!.headers['x-twilio-signature']), url, form)).toBe(true)
})

it('puts the parameters of a GET into the query, and signs what it sends', async () => {
  const { seen, origin } = await app((_, response) => xml(response))
  const request = { url: `${origin}/voice?a=b#part`, method: 'GET' as const, parameters: { To: '+1' } }
  await fetcher().fetch(request, new CookieJar(), AbortSignal.any([]))
  expect(seen[0]!.url).toBe('/voice?a=b&To=%2B1')
  const signature = String(seen[0]!.headers['x-twilio-signature'])
  expect(twilio.validateRequest(TOKEN, signature, `${origin}${seen[0]!.url}`, {})).toBe(true)
})

it('reaches mapped hosts without TLS, signed and named as the app knows them', async () => {
  const { seen, port } = await app((_, response) => xml(response))
  const made = fetcher({ hosts: { 'app.example.com': `127.0.0.1:${port}` } })
  const url = 'https://app.example.com/voice'
  const got = await made.fetch({ url, method: 'POST', parameters: {} }, new CookieJar(), AbortSignal.any([]))
  expect(got.url).toBe(url)
  expect(seen[0]!.host).toBe('app.example.com')
  const signature = String(seen[0]!.headers['x-twilio-signature'])
  expect(twilio.validateRequest(TOKEN, signature, url, {})).toBe(true)
})

it('keeps the cookies of a call, and those of calls apart', async () => {
  const { seen, origin } = await app((_, response) => {
    response.setHeader('set-cookie', ['a=1; Path=/', 'b=2; Path=/'])
    xml(response)
  })
  const made = fetcher()
  const jar = new CookieJar()
  for (const cookies of [jar, jar, new CookieJar()]) {
    await made.fetch({ url: origin, method: 'POST', parameters: {} }, cookies, AbortSignal.any([]))
  }
  expect(seen.map(({ headers }) => headers.cookie)).toEqual([undefined, 'a=1; b=2', undefined])
})

it('follows redirects: with GET, or as the request was for 307', async () => {
  const { seen, origin } = await app(({ url }, response) => {
    if (url === '/one') response.writeHead(302, { location: '/two' }).end()
    else if (url === '/a') response.writeHead(307, { location: '/b' }).end()
    else xml(response)
  })
  const made = fetcher()
  const parameters = { CallSid: 'CA1' }
  for (const path of ['/one', '/a']) {
    const request = { url: origin + path, method: 'POST' as const, parameters }
    const { url } = await made.fetch(request, new CookieJar(), AbortSignal.any([]))
    expect(url).toBe(origin + (path === '/a' ? '/b' : '/two'))
  }
  expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', '/one', 'CallSid=CA1'],
    ['GET', '/two', ''],
    ['POST', '/a', 'CallSid=CA1'],
    ['POST', '/b', 'CallSid=CA1'],
  ])
})

it('sends the credentials of a URL as basic authentication', async () => {
  const { seen, port } = await app((_, response) => xml(response))
  const url = `http://me:se%20cret@127.0.0.1:${port}/voice`
  await fetcher().fetch({ url, method: 'POST', parameters: {} }, new CookieJar(), AbortSignal.any([]))
  expect(seen[0]!.headers.authorization).toBe(`Basic ${Buffer.from('me:se cret').toString('base64')}`)
})

it('numbers failures as Twilio does', async () => {
  const { origin } = await app(({ url }, response) => {
    if (url === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else if (url === '/large') response.end('x'.repeat(70_000))
    else response.writeHead(500).end('oh')
  })
  const made = fetcher()
  expect(await failure(made, `${origin}/500`)).toBe(11200)
  expect(await failure(made, `${origin}/loop`)).toBe(11215)
  expect(await failure(made, `${origin}/large`)).toBe(11750)
  expect(await failure(made, 'http://127.0.0.1:1/')).toBe(11205)
  expect(await failure(made, 'http://no-such-host.invalid/')).toBe(11210)
})

it('has what an app answered in a document’s place', async () => {
  const { origin } = await app((_, response) =>
    response.writeHead(503, { 'content-type': 'Text/Plain; charset=utf-8' }).end('on fire'),
  )
  const fetching = fetcher().fetch(
    { url: origin, method: 'POST', parameters: {} },
    new CookieJar(),
    AbortSignal.any([]),
  )
  await expect(fetching).rejects.toMatchObject({
    problem: { number: 11200 },
    answer: { status: 503, contentType: 'text/plain', text: 'on fire' },
  })
})

it('tells a peer that speaks no HTTP, and one that speaks no TLS', async () => {
  const peer = createTcpServer((socket) =>
    socket
      .on('error', () => {})
      .resume()
      .end('220 hello\r\n'),
  )
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => peer.close(resolve)))
  const { port } = peer.address() as AddressInfo
  expect(await failure(fetcher(), `http://127.0.0.1:${port}/`)).toBe(11206)
  expect(await failure(fetcher(), `https://127.0.0.1:${port}/`)).toBe(11220)
})

it('gives up after 15 seconds', async () => {
  const clock = new SimulatedClock()
  const { seen, origin } = await app(() => {})
  const number = failure(fetcher({ clock }), origin)
  await expect.poll(() => seen.length).toBe(1)
  clock.advance(15_000)
  expect(await number).toBe(11200)
})

it('stops when its call does, with the reason why', async () => {
  const { seen, origin } = await app(() => {})
  const stop = new AbortController()
  const request = { url: origin, method: 'POST' as const, parameters: {} }
  const fetching = fetcher().fetch(request, new CookieJar(), stop.signal)
  await expect.poll(() => seen.length).toBe(1)
  stop.abort(new Error('the call is over'))
  await expect(fetching).rejects.toThrow('the call is over')
})
