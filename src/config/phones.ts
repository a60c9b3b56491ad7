import { z } from 'zod'
import { secret, uniqueNames } from './fields.js'

const phone = z.strictObject({
  name: z
    .union(
      [z.string(), z.number()],
      'a name or number of up to 64 letters, digits and . _ + * # -, such as desk or "1001"',
    )
    .transform(String)
    .refine(
      (name) => /^[\w.+*#-]{1,64}$/.test(name),
      'a name or number of up to 64 letters, digits and . _ + * # -',
    )
    .describe('What it registers as, and what it is dialled by.'),
  password: z
    .string()
    .min(1)
    .meta({ description: 'Password of its registration.', ...secret }),
})

/** `phones`: who may register with this node. */
export const phones = z
  .array(phone)
  .superRefine(uniqueNames('phone'))
  .default([])
  .describe('SIP phones that register here, and can be dialled by name.')
