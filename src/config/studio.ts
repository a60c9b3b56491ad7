import { basename } from 'node:path'
import { z } from 'zod'

const aSid = 'FW and 32 hexadecimal digits'

const flow = z.strictObject({
  file: z.string().min(1).describe("File with the definition, in Studio's JSON; from the working folder."),
  sid: z
    .string(aSid)
    .regex(/^FW[0-9a-f]{32}$/, aSid)
    .meta({ pattern: '^FW[0-9a-f]{32}$' })
    .optional()
    .describe('Its SID, for subflows and URLs. Default: one made of the file name, always the same.'),
  friendlyName: z.string().min(1).optional().describe("Its name. Default: the definition's description."),
  numbers: z
    .array(z.union([z.string().min(1), z.number()], 'a number such as "+15550001111"').transform(String))
    .default([])
    .describe('Numbers whose calls it takes; `+1555*` for what begins so, `*` for the rest.'),
})

/** `studio`: flows that calls run through. */
export const studio = z.strictObject({
  flows: z
    .array(flow)
    .superRefine((flows, context) => {
      flows.forEach(({ file, sid }, i) => {
        const same = (other: (typeof flows)[number]) =>
          sid ? other.sid === sid : !other.sid && basename(other.file) === basename(file)
        if (flows.findIndex(same) === i) return
        const message = 'a flow that no entry before it has, or another sid'
        context.addIssue({ code: 'custom', message, path: [i, 'sid'], input: sid ?? file })
      })
    })
    .default([])
    .describe('Flows from files; more can be made by the API.'),
})
