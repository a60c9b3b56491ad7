import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { ParleyError } from '../../base/errors.js'

/** The browser module as one file, which pages of any site may import. @param file where the build has put it */
export function moduleRoute(app: FastifyInstance, file: string): void {
  const summary = 'The web phone as a module for browsers'
  app.get('/web/parley.js', { config: { summary } }, async (_request, reply) => {
    const source = await readFile(file).catch((thrown: unknown) => {
      throw new ParleyError('http_not_found', 'The browser module has not been built.', { cause: thrown })
    })
    return reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(source)
  })
}
