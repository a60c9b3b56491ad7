import type { FastifyInstance } from 'fastify'
import { read, refuse } from '../errors/index.js'
import type { Applications } from '../resources/applications.js'
import type { PhoneNumber, PhoneNumbers } from '../resources/numbers.js'
import { phoneNumber as answer, numberOrder as orderAnswer } from '../schemas/answers.js'
import { numberOrder, numberUpdate } from '../schemas/resources.js'
import { isoMillis } from '../time.js'
import './api-description.js'
import { type Filters, filtered, type Orders, sorted } from './filters.js'
import { paged, pageOf, type Query } from './page.js'

interface ById {
  readonly Params: { readonly id: string }
}

interface ShownNumber extends PhoneNumber {
  readonly record_type: 'phone_number'
  readonly connection_name: string | null
  readonly status: 'active'
}

const filters: Filters<ShownNumber> = {
  'filter[phone_number]': ({ phone_number: number }, wanted) => number.includes(wanted),
  'filter[connection_id]': ({ connection_id: id }, wanted) => id === wanted,
  'filter[customer_reference]': ({ customer_reference: reference }, wanted) => reference === wanted,
  'filter[tag]': ({ tags }, wanted) => tags.includes(wanted),
  'filter[without_tags]': ({ tags }, wanted) => wanted !== 'true' || tags.length === 0,
  'filter[status]': ({ status }, wanted) => status === wanted,
  'filter[voice.connection_name][contains]': named((name, wanted) => name.includes(wanted)),
  'filter[voice.connection_name][starts_with]': named((name, wanted) => name.startsWith(wanted)),
  'filter[voice.connection_name][ends_with]': named((name, wanted) => name.endsWith(wanted)),
  'filter[voice.connection_name][eq]': named((name, wanted) => name === wanted),
}
/** Of carriers and bills, which are not here. */
const elsewhere = [
  ...[
    'country_iso_alpha2',
    'country_iso_alpha2][',
    'number_type][eq',
    'source',
    'billing_group_id',
    'emergency_address_id',
  ],
  'voice.usage_payment_method',
].map((name) => `filter[${name}]`)
const orders: Orders<ShownNumber> = {
  purchased_at: ({ created_at }) => created_at,
  phone_number: ({ phone_number }) => phone_number,
  connection_name: ({ connection_name: name }) => name ?? '',
}

/** Letter case does not count. */
function named(fits: (name: string, wanted: string) => boolean): Filters<ShownNumber>[string] {
  return ({ connection_name: name }, wanted) => fits((name ?? '').toLowerCase(), wanted.toLowerCase())
}

export interface NumberRouteParts {
  readonly numbers: PhoneNumbers
  readonly applications: Applications
  readonly uuid: () => string
  /** ms since the Unix epoch. */
  readonly now: () => number
}

/** Numbers and who answers them. An order is carried out at once: whoever runs the trunk has the number already. */
export function numberRoutes(
  app: FastifyInstance,
  { numbers, applications, uuid, now }: NumberRouteParts,
): void {
  const shown = (number: PhoneNumber): ShownNumber => ({
    record_type: 'phone_number',
    ...number,
    connection_name:
      number.connection_id === null
        ? null
        : (applications.get(number.connection_id)?.application_name ?? null),
    status: 'active',
  })
  /** @throws ApiError 10015 for an application that is not there */
  const known = (id: string | null | undefined): void => {
    if (id === undefined || id === null || applications.get(id)) return
    refuse('10027', `There is no application ${id}.`, '/connection_id')
  }
  const query = [...Object.keys(filters), 'sort']

  app.get<{ Querystring: Query }>(
    '/phone_numbers',
    { config: { api: { summary: 'Numbers, newest first', answer, list: true, query } } },
    async ({ query }) => {
      const found = filtered(numbers.list().map(shown), query, filters, elsewhere)
      return paged(sorted(found, query, orders), pageOf(query))
    },
  )
  const one = '/phone_numbers/:id'
  app.get<ById>(one, { config: { api: { summary: 'One number', answer } } }, async ({ params }) => ({
    data: shown(numbers.get(params.id) ?? refuse('10005')),
  }))
  app.patch<ById>(
    one,
    { config: { api: { summary: 'Say who answers a number', body: numberUpdate, answer } } },
    async ({ params, body }) => {
      const said = read(numberUpdate, body ?? {})
      known(said.connection_id)
      const changes = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
      return { data: shown(await numbers.update(params.id, changes)) }
    },
  )
  app.delete<ById>(one, { config: { api: { summary: 'Give a number up', answer } } }, async ({ params }) => ({
    data: shown(await numbers.delete(params.id)),
  }))

  app.post(
    '/number_orders',
    { config: { api: { summary: 'Add numbers', body: numberOrder, answer: orderAnswer } } },
    async ({ body }) => {
      const order = read(numberOrder, body ?? {})
      known(order.connection_id)
      const taken = []
      for (const { phone_number: number } of order.phone_numbers) {
        const { id } = await numbers.order(number, order.connection_id ?? null)
        taken.push({ id, phone_number: number, status: 'success', record_type: 'number_order_phone_number' })
      }
      const time = isoMillis(now())
      return {
        data: {
          record_type: 'number_order',
          id: uuid(),
          ...(order.connection_id !== undefined && { connection_id: order.connection_id }),
          ...(order.customer_reference !== undefined && { customer_reference: order.customer_reference }),
          phone_numbers: taken,
          phone_numbers_count: taken.length,
          requirements_met: true,
          status: 'success',
          created_at: time,
          updated_at: time,
        },
      }
    },
  )
}
