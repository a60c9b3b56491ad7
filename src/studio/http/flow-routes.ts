import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError, Form, metaPage, notFound, pageWish, queryOf, refuse, sliceOf } from '../../twilio/index.js'
import { checkFlow } from '../definition/check-flow.js'
import type { FlowContent, FlowRevision } from '../flows/flow.js'
import type { StudioContext } from './context.js'
import { flowJson, flowPath, problemJson, revisionJson } from './json.js'

export interface OfFlow {
  readonly Params: { readonly flow: string }
}
interface OfRevision {
  readonly Params: OfFlow['Params'] & { readonly revision: string }
}

const testUsersKind = 'studio.test-users'

/** Flows: making, checking, listing, changing and forgetting them. */
export function flowRoutes(app: FastifyInstance, context: StudioContext): void {
  const { flows, baseUrl } = context

  app.post('/', async ({ body }, reply) => {
    const flow = await flows.create(contentOf(Form.of(body)))
    return reply.status(201).send(flowJson(flow, context))
  })

  app.get('/', async ({ url }) => {
    const query = queryOf(url)
    const { items, more } = sliceOf(flows.list(), pageWish(query))
    const shown = items.map((flow) => flowJson(flow, context, false))
    return metaPage(`${baseUrl()}/v2/Flows`, query, 'flows', { items: shown, more })
  })

  app.post('/Validate', async ({ body }) => {
    contentOf(Form.of(body), undefined, true)
    return { valid: true }
  })

  app.get<OfFlow>('/:flow', async (request) => flowJson(flowOf(request, context), context))

  app.post<OfFlow>('/:flow', async (request) => {
    const latest = changeable(request, context)
    return flowJson(await flows.update(latest, contentOf(Form.of(request.body), latest)), context)
  })

  app.delete<OfFlow>('/:flow', async (request, reply) => {
    const { sid } = changeable(request, context)
    await flows.delete(sid)
    await context.resources.delete(testUsersKind, sid)
    return reply.status(204).send()
  })

  app.get<OfFlow>('/:flow/Revisions', async (request) => {
    const { sid } = flowOf(request, context)
    const query = queryOf(request.url)
    const { items, more } = sliceOf([...flows.revisions(sid)].reverse(), pageWish(query))
    const shown = items.map((revision) => revisionJson(revision, context))
    return metaPage(`${flowPath(sid, baseUrl())}/Revisions`, query, 'revisions', { items: shown, more })
  })

  app.get<OfRevision>('/:flow/Revisions/:revision', async ({ params, url }) => {
    const revision = named(context, params.flow, params.revision)
    if (!revision) throw notFound(url)
    return revisionJson(revision, context)
  })

  testUserRoutes(app, context)
}

/** Test users: kept, and without effect. */
function testUserRoutes(app: FastifyInstance, context: StudioContext): void {
  const { resources, now, baseUrl } = context
  const shown = (sid: string, users: unknown) => {
    return { sid, test_users: users, url: `${flowPath(sid, baseUrl())}/TestUsers` }
  }

  app.get<OfFlow>('/:flow/TestUsers', async (request) => {
    const { sid } = flowOf(request, context)
    const kept = (await resources.list(testUsersKind)).find(({ id }) => id === sid)
    return shown(sid, kept?.value['users'] ?? [])
  })

  app.post<OfFlow>('/:flow/TestUsers', async (request) => {
    const { sid } = flowOf(request, context)
    const users = request.body instanceof URLSearchParams ? request.body.getAll('TestUsers') : []
    await resources.put(testUsersKind, { id: sid, value: { users }, createdAt: now() })
    return shown(sid, users)
  })
}

/** The latest revision of a path's flow. @throws ApiError 20404 */
export function flowOf({ params, url }: FastifyRequest<OfFlow>, { flows }: StudioContext): FlowRevision {
  return flows.latest(params.flow) ?? raise(notFound(url))
}

/** @throws ApiError 20404; 20001 for a flow of the configuration */
function changeable(request: FastifyRequest<OfFlow>, context: StudioContext): FlowRevision {
  const flow = flowOf(request, context)
  if (context.flows.isConfigured(flow.sid)) {
    refuse(20001, `The flow ${flow.sid} is in the configuration, and changed there`)
  }
  return flow
}

/** @throws ApiError 81021 */
function named({ flows }: StudioContext, sid: string, revision: string): FlowRevision | undefined {
  switch (revision) {
    case 'LatestPublished':
      return flows.published(sid)
    case 'LatestRevision':
    case 'LatestDraft':
      return flows.latest(sid)
    default:
      if (!/^\d+$/.test(revision)) refuse(81021)
      return flows.revision(sid, Number(revision))
  }
}

/**
 * What a request makes of a flow.
 *
 * @param latest what it changes
 * @param strict whether a draft must be valid too
 * @throws ApiError 20001; 81022 with every problem of a definition that is to be published
 */
function contentOf(form: Form, latest?: FlowRevision, strict = false): FlowContent {
  const status =
    form.one('Status', ['draft', 'published']) ?? refuse(20001, 'Missing required parameter Status')
  const friendlyName =
    form.text('FriendlyName') ??
    latest?.friendlyName ??
    refuse(20001, 'Missing required parameter FriendlyName')
  const text = form.text('Definition')
  const definition = text === undefined ? latest?.definition : parsed(text)
  if (definition === undefined) refuse(20001, 'Missing required parameter Definition')
  if (status === 'published' || strict) {
    const { problems } = checkFlow(definition)
    if (problems.length > 0) {
      throw new ApiError(81022, undefined, { errors: problems.map(problemJson) })
    }
  }
  return { status, friendlyName, definition, commitMessage: form.text('CommitMessage') ?? null }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const errors = [{ property_path: '#', message: 'is not valid JSON' }]
    throw new ApiError(81022, undefined, { errors })
  }
}

function raise(error: Error): never {
  throw error
}
