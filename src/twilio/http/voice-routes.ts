import type { FastifyInstance } from 'fastify'
import { newSid, timestamp } from '../../twiml/index.js'
import type { Application } from '../resources/applications.js'
import type { KeptThings } from '../resources/kept.js'
import type { PhoneNumber } from '../resources/numbers.js'
import { type VoiceSettings, voiceSettings } from '../resources/voice.js'
import { notFound } from './answers.js'
import { refuse } from './api-error.js'
import { bare } from './auth.js'
import { apiVersion } from './call-json.js'
import type { ApiContext } from './context.js'
import { Form } from './form.js'
import { legacyPage, pageWish, sliceOf } from './page.js'
import { queryOf } from './query.js'

/** Numbers of North America that the called party pays for; which others are mobile is not known. */
const tollFree = /^\+?1?8(00|33|44|55|66|77|88)\d{7}$/

type Thing = Application | PhoneNumber

interface Kind<Kept extends Thing> {
  /** Last part of the list's path, and key of its items. */
  readonly path: string
  readonly key: string
  /** Lists of their own for some of them. */
  readonly types?: readonly string[]
  readonly isOf?: (thing: Kept, type: string) => boolean
  readonly things: KeptThings<Kept>
  /** Whether it is one that a query asks for. */
  readonly fits: (thing: Kept, query: URLSearchParams) => boolean
  readonly make: (form: Form, now: number) => Kept
  readonly change: (thing: Kept, form: Form) => Kept
  readonly shown: (thing: Kept, uri: string) => object
}

/** Numbers and applications: who answers which calls. */
export function voiceRoutes(app: FastifyInstance, context: ApiContext): void {
  const { account, applications, numbers, random } = context
  const common = { account_sid: account.sid, api_version: apiVersion }
  routesOf<Application>(app, context, {
    path: 'Applications',
    key: 'applications',
    things: applications,
    fits: ({ friendlyName }, query) => [null, friendlyName].includes(query.get('FriendlyName')),
    make: (form, now) => {
      const sid = newSid('AP', random)
      return { sid, ...changedVoice(voiceSettings({}, sid), form), createdAt: now, updatedAt: now }
    },
    change: (application, form) => ({ ...application, ...changedVoice(application, form) }),
    shown: (application, uri) => ({ ...common, ...voiceJson(application), ...applicationOnly, uri }),
  })
  routesOf<PhoneNumber>(app, context, {
    path: 'IncomingPhoneNumbers',
    key: 'incoming_phone_numbers',
    types: ['Local', 'Mobile', 'TollFree'],
    isOf: ({ phoneNumber }, type) =>
      type !== 'Mobile' && tollFree.test(phoneNumber) === (type === 'TollFree'),
    things: numbers,
    fits: ({ friendlyName, phoneNumber }, query) =>
      [null, friendlyName].includes(query.get('FriendlyName')) &&
      phoneNumber.includes(query.get('PhoneNumber') ?? ''),
    make: (form, now) => {
      const phoneNumber = form.text('PhoneNumber') ?? refuse(21421, 'PhoneNumber is required')
      if (!/^\+?\d[\d*#]{1,20}$/.test(phoneNumber)) refuse(21421, `${phoneNumber} is not a valid number`)
      if (numbers.list().some((number) => number.phoneNumber === phoneNumber)) {
        refuse(21422, `${phoneNumber} is there already`)
      }
      const voiceApplicationSid = applicationSid(form, applications) ?? ''
      const voice = changedVoice(voiceSettings({}, phoneNumber), form)
      const sid = newSid('PN', random)
      return { sid, phoneNumber, voiceApplicationSid, ...voice, createdAt: now, updatedAt: now }
    },
    change: (number, form) => ({
      ...number,
      ...changedVoice(number, form),
      voiceApplicationSid: applicationSid(form, applications) ?? number.voiceApplicationSid,
    }),
    shown: (number, uri) => ({
      ...common,
      ...voiceJson(number),
      ...numberOnly,
      phone_number: number.phoneNumber,
      voice_application_sid: number.voiceApplicationSid || null,
      uri,
    }),
  })
}

function routesOf<Kept extends Thing>(
  app: FastifyInstance,
  { account, clock }: ApiContext,
  kind: Kind<Kept>,
): void {
  const { path, key, things, fits, make, change, shown } = kind
  const base = `/${apiVersion}/Accounts/${account.sid}/${path}`
  const json = (thing: Kept): object => shown(thing, `${base}/${thing.sid}.json`)
  const one = (sid: string, url: string): Kept => {
    const thing = things.get(bare(sid))
    if (!thing) throw notFound(url)
    return thing
  }
  const changeable = (sid: string, url: string): Kept => {
    const thing = one(sid, url)
    if (things.isConfigured(thing.sid)) {
      refuse(20001, `${thing.sid} is of the configuration (twilio): change it there`)
    }
    return thing
  }
  app.get(`/${path}.json`, async ({ url }) => {
    const query = queryOf(url)
    const found = things.list().filter((thing) => fits(thing, query))
    const { items, more } = sliceOf(found, pageWish(query))
    return legacyPage(`${base}.json`, query, key, { items: items.map(json), more })
  })
  for (const type of kind.types ?? []) {
    app.get(`/${path}/${type}.json`, async ({ url }) => {
      const query = queryOf(url)
      const found = things.list().filter((thing) => fits(thing, query) && kind.isOf?.(thing, type))
      const { items, more } = sliceOf(found, pageWish(query))
      return legacyPage(`${base}/${type}.json`, query, key, { items: items.map(json), more })
    })
    app.post(`/${path}/${type}.json`, async ({ body }, reply) =>
      reply.status(201).send(json(await things.put(make(Form.of(body), clock.now())))),
    )
  }
  app.post(`/${path}.json`, async ({ body }, reply) =>
    reply.status(201).send(json(await things.put(make(Form.of(body), clock.now())))),
  )
  app.get<{ Params: { sid: string } }>(`/${path}/:sid`, async ({ params, url }) => json(one(params.sid, url)))
  app.post<{ Params: { sid: string } }>(`/${path}/:sid`, async ({ params, url, body }) => {
    const changed = change(changeable(params.sid, url), Form.of(body))
    return json(await things.put({ ...changed, updatedAt: clock.now() }))
  })
  app.delete<{ Params: { sid: string } }>(`/${path}/:sid`, async ({ params, url }, reply) => {
    await things.delete(changeable(params.sid, url).sid)
    return reply.status(204).send()
  })
}

/** An empty parameter takes a URL away. @throws ApiError */
function changedVoice(voice: VoiceSettings, form: Form): VoiceSettings {
  const url = (name: string, before: string): string => (form.has(name) ? (form.url(name) ?? '') : before)
  return {
    friendlyName: form.text('FriendlyName') ?? voice.friendlyName,
    voiceUrl: url('VoiceUrl', voice.voiceUrl),
    voiceMethod: form.method('VoiceMethod') ?? voice.voiceMethod,
    voiceFallbackUrl: url('VoiceFallbackUrl', voice.voiceFallbackUrl),
    voiceFallbackMethod: form.method('VoiceFallbackMethod') ?? voice.voiceFallbackMethod,
    statusCallback: url('StatusCallback', voice.statusCallback),
    statusCallbackMethod: form.method('StatusCallbackMethod') ?? voice.statusCallbackMethod,
  }
}

/** Undefined where the form does not say. @throws ApiError 21218 */
function applicationSid(form: Form, applications: KeptThings<Application>): string | undefined {
  if (!form.has('VoiceApplicationSid')) return undefined
  const sid = form.text('VoiceApplicationSid')
  if (sid === undefined) return ''
  return applications.get(sid)?.sid ?? refuse(21218)
}

function voiceJson(thing: Thing): object {
  return {
    sid: thing.sid,
    friendly_name: thing.friendlyName,
    voice_url: thing.voiceUrl || null,
    voice_method: thing.voiceMethod,
    voice_fallback_url: thing.voiceFallbackUrl || null,
    voice_fallback_method: thing.voiceFallbackMethod,
    voice_caller_id_lookup: false,
    status_callback: thing.statusCallback || null,
    status_callback_method: thing.statusCallbackMethod,
    sms_url: null,
    sms_method: 'POST',
    sms_fallback_url: null,
    sms_fallback_method: 'POST',
    date_created: timestamp(thing.createdAt),
    date_updated: timestamp(thing.updatedAt),
  }
}

const applicationOnly = {
  message_status_callback: null,
  sms_status_callback: null,
  public_application_connect_enabled: false,
}

const numberOnly = {
  address_requirements: 'none',
  address_sid: null,
  beta: false,
  bundle_sid: null,
  capabilities: { fax: false, mms: false, sms: false, voice: true },
  emergency_address_sid: null,
  emergency_address_status: 'unregistered',
  emergency_status: 'Inactive',
  identity_sid: null,
  origin: 'hosted',
  sms_application_sid: '',
  status: 'in-use',
  trunk_sid: null,
  voice_receive_mode: 'voice',
}
