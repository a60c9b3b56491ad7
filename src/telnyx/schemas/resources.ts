import { z } from 'zod'
import { failing, httpUrl, text, whole } from './fields.js'

const channels = z
  .looseObject({ channel_limit: whole(1, 1_000_000).nullable().optional() })
  .optional()
  .describe('`channel_limit` is the most calls at a time; the rest is kept, without effect.')

const applicationFields = {
  webhook_event_failover_url: httpUrl.nullable().optional(),
  webhook_api_version: z.enum(['1', '2']).optional().describe('Events are always of version 2.'),
  webhook_timeout_secs: whole(0, 30).nullable().optional(),
  active: z.boolean().optional(),
  anchorsite_override: z.string().optional().describe('Kept, without effect.'),
  dtmf_type: z.enum(['RFC 2833', 'Inband', 'SIP INFO']).optional().describe('Kept, without effect.'),
  first_command_timeout: z.boolean().optional(),
  first_command_timeout_secs: whole(1, 600).optional(),
  inbound: channels,
  outbound: channels,
  tags: z.array(z.string()).optional(),
}

export const applicationCreate = z.object({
  application_name: text(1, 128),
  webhook_event_url: httpUrl,
  ...applicationFields,
})

export const applicationUpdate = z.object({
  application_name: text(1, 128).optional(),
  webhook_event_url: httpUrl.optional(),
  ...applicationFields,
})

export const secretCreate = z
  .object({
    identifier: text(1, 256),
    type: z.enum(['bearer', 'basic']),
    token: z.string().optional(),
    username: z.string().optional(),
    password: z.string().optional(),
  })
  .superRefine((body, context) => {
    for (const name of body.type === 'bearer' ? (['token'] as const) : (['username', 'password'] as const)) {
      if (body[name]) continue
      context.addIssue({
        code: 'custom',
        path: [name],
        ...failing('10004', `The '${name}' parameter is required and cannot be blank.`),
      })
    }
  })

const number = z
  .string()
  .regex(/^(\+[1-9]\d{6,14}|\+?\d*\*|\w{1,32})$/)
  .describe('In E.164 form; a SIP user such as 1000; or what numbers begin with and *.')

export const numberOrder = z.object({
  phone_numbers: z.array(z.object({ phone_number: number })).min(1, 'There must be a number.'),
  connection_id: z.string().optional(),
  customer_reference: z.string().optional(),
})

export const numberUpdate = z.object({
  connection_id: z.string().nullable().optional(),
  customer_reference: z.string().nullable().optional(),
  tags: z.array(z.string()).optional(),
})
