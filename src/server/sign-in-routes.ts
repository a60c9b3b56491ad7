import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { ParleyError } from '../base/errors.js'
import { type AdminGuard, sameSecret, sessionCookie, sessionOf } from './admin-guard.js'
import { type AdminSessions, sessionMs } from './admin-sessions.js'

export interface SignInOptions {
  readonly guard: AdminGuard
  readonly sessions: AdminSessions
  readonly adminKey: string | undefined
}

const body = z.object({ key: z.string().max(1000) })

/** Signing in and out with a browser. */
export function signInRoutes(app: FastifyInstance, { guard, sessions, adminKey }: SignInOptions): void {
  app.get('/api/session', async (request) => {
    const signedIn = await guard(request).then(
      () => true,
      () => false,
    )
    return { signedIn, keyNeeded: adminKey !== undefined }
  })

  app.post('/api/session', { bodyLimit: 4096 }, async (request, reply) => {
    const waitMs = sessions.waitMs(request.ip)
    if (waitMs > 0) {
      reply.header('retry-after', Math.ceil(waitMs / 1000))
      throw new ParleyError('too_many_attempts')
    }
    const parsed = body.safeParse(request.body)
    if (!parsed.success) throw new ParleyError('http_bad_request', 'key: a text is expected.')
    if (adminKey === undefined || !sameSecret(parsed.data.key, adminKey)) {
      sessions.failed(request.ip)
      throw new ParleyError('admin_key_wrong')
    }
    // Behind a proxy that speaks https the cookie must not go in the clear.
    const secure = request.headers['x-forwarded-proto'] === 'https'
    return setCookie(reply, sessions.open(), sessionMs / 1000, secure)
      .status(204)
      .send()
  })

  app.delete('/api/session', async (request, reply) => {
    sessions.close(sessionOf(request))
    return setCookie(reply, '', 0, false).status(204).send()
  })
}

function setCookie(reply: FastifyReply, value: string, seconds: number, secure: boolean): FastifyReply {
  const flags = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  return reply.header('set-cookie', `${sessionCookie}=${value}; ${flags}`)
}
