/** What this API answers with: for its document, and for the tests that hold answers against it. */
import { z } from 'zod'

const time = z.iso.datetime({ offset: true })

export const commandResult = z.object({
  result: z.literal('ok'),
  conversation_relay_id: z.string().optional(),
  recording_id: z.string().optional(),
  stream_id: z.string().optional(),
})

export const call = z.object({
  record_type: z.literal('call'),
  call_control_id: z.string(),
  call_leg_id: z.string(),
  call_session_id: z.string(),
  client_state: z.string().optional(),
  is_alive: z.boolean(),
  start_time: time,
  end_time: time.optional(),
  call_duration: z.int().optional().describe('Seconds since the answer.'),
  recording_id: z.string().optional(),
})

export const application = z.object({
  record_type: z.literal('call_control_application'),
  id: z.string(),
  application_name: z.string(),
  webhook_event_url: z.string(),
  webhook_event_failover_url: z.string().nullable(),
  webhook_api_version: z.enum(['1', '2']),
  webhook_timeout_secs: z.int().nullable(),
  active: z.boolean(),
  anchorsite_override: z.string(),
  dtmf_type: z.string(),
  first_command_timeout: z.boolean(),
  first_command_timeout_secs: z.int(),
  inbound: z.record(z.string(), z.unknown()),
  outbound: z.record(z.string(), z.unknown()),
  tags: z.array(z.string()),
  created_at: time,
  updated_at: time,
})

export const phoneNumber = z.object({
  record_type: z.literal('phone_number'),
  id: z.string(),
  phone_number: z.string(),
  connection_id: z.string().nullable(),
  connection_name: z.string().nullable(),
  customer_reference: z.string().nullable(),
  tags: z.array(z.string()),
  status: z.literal('active'),
  created_at: time,
  updated_at: time,
})

export const numberOrder = z.object({
  record_type: z.literal('number_order'),
  id: z.string(),
  connection_id: z.string().optional(),
  customer_reference: z.string().optional(),
  phone_numbers: z.array(
    z.object({
      record_type: z.literal('number_order_phone_number'),
      id: z.string(),
      phone_number: z.string(),
      status: z.literal('success'),
    }),
  ),
  phone_numbers_count: z.int(),
  requirements_met: z.literal(true),
  status: z.literal('success'),
  created_at: time,
  updated_at: time,
})

export const integrationSecret = z.object({
  record_type: z.literal('integration_secret'),
  id: z.string(),
  identifier: z.string(),
  created_at: time,
  updated_at: time,
})

export const recording = z.object({
  record_type: z.literal('recording'),
  id: z.string(),
  call_control_id: z.string(),
  call_leg_id: z.string(),
  call_session_id: z.string(),
  channels: z.enum(['single', 'dual']),
  source: z.literal('call'),
  status: z.literal('completed'),
  duration_millis: z.int(),
  recording_started_at: time,
  recording_ended_at: time,
  created_at: time,
  updated_at: time,
  download_urls: z.object({ mp3: z.string().optional(), wav: z.string().optional() }),
})

const headers = z.array(z.tuple([z.string(), z.string()]))
export const webhookDelivery = z.object({
  record_type: z.literal('webhook_delivery'),
  id: z.string(),
  user_id: z.string(),
  status: z.enum(['delivered', 'failed']),
  webhook: z.record(z.string(), z.unknown()),
  started_at: time.optional(),
  finished_at: time.optional(),
  attempts: z.array(
    z.object({
      status: z.enum(['delivered', 'failed']),
      started_at: time,
      finished_at: time,
      http: z.object({
        request: z.object({ url: z.string(), headers }),
        response: z.object({ status: z.int(), headers, body: z.string() }).optional(),
      }),
      errors: z.array(z.int()).optional(),
    }),
  ),
})

export const errors = z.object({
  errors: z.array(
    z.object({
      code: z.string(),
      title: z.string(),
      detail: z.string(),
      source: z.object({ pointer: z.string().optional(), parameter: z.string().optional() }).optional(),
      meta: z.object({ url: z.string() }).optional(),
    }),
  ),
})

export const pageMeta = z.object({
  page_number: z.int(),
  page_size: z.int(),
  total_pages: z.int(),
  total_results: z.int(),
})
