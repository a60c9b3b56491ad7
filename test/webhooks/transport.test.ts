import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HttpTransport } from '../../src/webhooks/index.js'

let server: Server
let transport: HttpTransport
let url: string
let connections: number
let handle: (request: IncomingMessage, body: string, response: ServerResponse) => void

beforeEach(async () => {
  connections = 0
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    handle(request, body, response)
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  transport = new HttpTransport(10)
})

afterEach(async () => {
  await transport.close()
  server.closeAllConnections()
  server.close()
})

const send = (method: 'GET' | 'POST', body: string, signal = new AbortController().signal) =>
  transport.send({ method, url: `${url}/hooks?a=b`, headers: { 'x-sent': 'yes' }, body }, signal)

describe('the HTTP transport', () => {
  it('sends a request as it is and tells the answer', async () => {
    handle = ({ method, url, headers }, body, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.statusCode = 418
      response.end(JSON.stringify({ method, url, sent: headers['x-sent'], host: headers.host, body }))
    }
    const answer = await send('POST', '{"grüß":1}')
    expect(answer.status).toBe(418)
    expect(answer.headers.filter(([name]) => name === 'set-cookie')).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ])
    expect(JSON.parse(answer.body)).toEqual({
      method: 'POST',
      url: '/hooks?a=b',
      sent: 'yes',
      host: url.slice('http://'.length),
      body: '{"grüß":1}',
    })
    expect(JSON.parse((await send('GET', '')).body)).toMatchObject({ method: 'GET', body: '' })
  })

  it('uses a connection again, also after a body longer than is kept', async () => {
    handle = (_, __, response) => response.end('x'.repeat(50_000))
    for (let n = 0; n < 5; n++) expect((await send('POST', '{}')).body).toHaveLength(10_000)
    // A second one is opened where the end of a body is not read yet.
    expect(connections).toBeLessThanOrEqual(2)
  })

  it('does not read a body without end', async () => {
    handle = (_, __, response) => {
      const more = (): void => {
        if (response.write('x'.repeat(65_536))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    }
    expect(await send('POST', '{}')).toMatchObject({ status: 200, body: 'x'.repeat(10_000) })
  })

  it('takes a status for an answer even where the body never comes', async () => {
    const controller = new AbortController()
    handle = (_, __, response) => {
      response.writeHead(202)
      response.write('beginning')
      setTimeout(() => controller.abort(), 50)
    }
    expect(await send('POST', '{}', controller.signal)).toMatchObject({ status: 202, body: 'beginning' })
  })

  it('fails when it is aborted before an answer, and where nobody listens', async () => {
    const controller = new AbortController()
    handle = () => controller.abort()
    await expect(send('POST', '{}', controller.signal)).rejects.toThrow(/abort/i)
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
    await expect(send('POST', '{}')).rejects.toThrow('ECONNREFUSED')
  })
})
