import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

const root = fileURLToPath(new URL('../..', import.meta.url))
const file = resolve(
  process.env['PARLEY_SPEC_DIR'] ?? resolve(dirname(root), 'shared/spec'),
  'telnyx-openapi-subset.json',
)

/** Telnyx's own description of its API, as far as it is known. */
export interface TelnyxContract {
  /** What of a body is not as it must be; empty when all is well, or when the description does not know the route. */
  answer(method: string, url: string, status: number, body: unknown): readonly string[]
  /** The same for a webhook's body, envelope and all. */
  webhook(body: unknown): readonly string[]
}

interface Description {
  readonly paths: Record<string, Record<string, { responses: Record<string, unknown> }>>
  readonly components: { readonly schemas: Record<string, EventSchema> }
}

/** Events that the description only names; they are as `like`, with these results (the SDK's `webhooks.d.ts`). */
const like = 'CallMachineDetectionEnded'
const siblings: Readonly<Record<string, readonly string[]>> = {
  'call.machine.greeting.ended': ['beep_detected', 'ended', 'not_sure'],
  'call.machine.premium.detection.ended': [
    ...['human_residence', 'human_business', 'machine', 'silence', 'fax_detected', 'not_sure'],
  ],
  'call.machine.premium.greeting.ended': ['beep_detected', 'no_beep_detected'],
}

interface EventSchema {
  readonly properties?: {
    readonly data?: { readonly $ref?: string }
    readonly event_type?: { readonly enum?: string[] }
    readonly name?: { readonly enum?: string[] }
  }
}

/** What is told only where there is something to tell. All else that the description lists has to be there. */
const mayLack = new Set([
  ...['client_state', 'custom_headers', 'sip_headers', 'offered_codecs', 'call_quality_stats', 'confidence'],
  // Of services that are not here.
  ...[
    'call_screening_result',
    'shaken_stir_attestation',
    'shaken_stir_validated',
    'assistant_id',
    'llm_model',
  ],
  // One of them, or neither for audio that was in the command; how it ended where nothing is listed for it.
  ...['media_url', 'media_name', 'status', 'status_detail', 'mp3', 'wav'],
  // Names of models and voices where the app left the choice to the relay.
  ...['stt_model', 'tts_provider', 'tts_model_id', 'tts_voice_id'],
  ...[
    'recording_id',
    'end_time',
    'call_duration',
    'response',
    'errors',
    'source',
    'pointer',
    'parameter',
    'meta',
  ],
])

/** Keys whose values look like schemas and are not. */
const notSchemas = new Set(['example', 'examples', 'enum', 'default', 'required'])

/** Answered with no more than that it was done. */
const plainAction = '/calls/{call_control_id}/actions/hangup'

/** Undefined where the description is not on this machine. */
export const telnyxContract: TelnyxContract | undefined = existsSync(file) ? load() : undefined
if (!telnyxContract)
  console.warn(`Telnyx's contract is not checked: there is no ${file} (PARLEY_SPEC_DIR names its folder)`)

function load(): TelnyxContract {
  const description = complete(withSiblings(JSON.parse(readFileSync(file, 'utf8')) as Description))
  const ajv = new Ajv2020({ strict: false, logger: false, allErrors: true })
  // Both are functions under one name, depending on who loads them.
  ;(addFormats as unknown as (target: Ajv2020) => void)(ajv)
  ajv.addSchema({ $id: 'telnyx', ...description })
  const check = (pointer: string, value: unknown): readonly string[] => {
    const validate = ajv.getSchema(`telnyx#${pointer}`) ?? ajv.compile({ $ref: `telnyx#${pointer}` })
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
  const events = new Map<string, string>()
  for (const [name, schema] of Object.entries(description.components.schemas)) {
    const data = schema.properties?.data?.$ref?.split('/').at(-1)
    const type = data && description.components.schemas[data]?.properties?.event_type?.enum?.[0]
    if (type) events.set(type, name)
  }
  return {
    answer(method, url, status, body) {
      const known = Object.keys(description.paths).find((path) => matches(path, url))
      // Actions that the description has not are answered like the plainest that it has.
      const path = known ?? (/\/actions\/\w+$/.test(url.split('?')[0]!) ? plainAction : undefined)
      const operation = path === undefined ? undefined : description.paths[path]?.[method.toLowerCase()]
      if (path === undefined || !operation) return []
      const pointer = `/paths/${path.replaceAll('/', '~1')}/${method.toLowerCase()}/responses`
      const key = operation.responses[status] ? String(status) : 'default'
      const response = operation.responses[key] as { $ref?: string; content?: object } | undefined
      if (response?.$ref) return check(`${response.$ref.slice(1)}/content/application~1json/schema`, body)
      return response?.content ? check(`${pointer}/${key}/content/application~1json/schema`, body) : []
    },
    webhook(body) {
      const type = (body as { data?: { event_type?: string } }).data?.event_type ?? ''
      const name = events.get(type)
      return name
        ? [...check(`/components/schemas/${encodeURIComponent(name)}`, body), ...checkMeta(body)]
        : [`no event is called "${type}"`]
    },
  }
}

/** The envelope's second half, which the description leaves out and real webhooks have. */
function checkMeta(body: unknown): readonly string[] {
  const { attempt, delivered_to: url } = (body as { meta?: Record<string, unknown> }).meta ?? {}
  return Number.isInteger(attempt) && typeof url === 'string'
    ? []
    : ['meta must tell attempt and delivered_to']
}

/**
 * Makes all that answers and events list necessary, but for `mayLack`: as it stands, `{}` would be an answer, and a webhook
 * without its call an event.
 */
function complete(description: Description): Description {
  const seen = new Set<unknown>()
  const visit = (schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null || seen.has(schema)) return
    seen.add(schema)
    const { $ref, properties, required = [] } = schema as JsonSchema
    if ($ref !== undefined) return visit(at(description, $ref))
    if (properties) {
      // That of a list tells its pages; that of an error is for people.
      const isOptional = (name: string) => mayLack.has(name) && !(name === 'meta' && 'data' in properties)
      const names = Object.keys(properties).filter((name) => !isOptional(name))
      Object.assign(schema, { required: [...new Set([...required, ...names])] })
    }
    for (const [key, value] of Object.entries(schema)) if (!notSchemas.has(key)) visit(value)
  }
  const operations = Object.values(description.paths).flatMap((path) => Object.values(path))
  for (const { responses } of operations) for (const response of Object.values(responses)) visit(response)
  for (const [name, schema] of Object.entries(description.components.schemas)) {
    if (schema.properties?.data?.$ref !== undefined && /event$/i.test(name)) visit(schema)
  }
  return description
}

interface JsonSchema {
  readonly $ref?: string
  readonly properties?: Record<string, unknown>
  readonly required?: readonly string[]
}

function at(description: Description, ref: string): unknown {
  const steps = ref.slice(2).split('/')
  return steps.reduce<unknown>(
    (value, step) => (value as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/')],
    description,
  )
}

function withSiblings(description: Description): Description {
  const { schemas } = description.components
  // "User-to-User and Diversion headers from sip invite", the description says; its list is that of commands.
  schemas['SipHeader']!.properties!.name!.enum!.push('Diversion')
  for (const [type, results] of Object.entries(siblings)) {
    const data = structuredClone(schemas[like]) as {
      properties: { event_type: object; payload: { properties: { result: object } } }
    }
    data.properties.event_type = { enum: [type] }
    data.properties.payload.properties.result = { enum: results }
    schemas[type] = data as EventSchema
    schemas[`${type} event`] = {
      properties: { data: { $ref: `#/components/schemas/${type}` } },
    }
  }
  return description
}

function matches(path: string, url: string): boolean {
  const pattern = path.replace(/\{[^}]+\}/g, '[^/]+')
  return new RegExp(`^(?:/v2)?${pattern}$`).test(url.split('?')[0]!)
}
