import { z } from 'zod'
import { wholeNumber } from './fields.js'

/** `models`: speech models on this machine, and how they are run. */
export const models = z.strictObject({
  dir: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of speech models that `parley models` fills. Default: `models` in `data.dir`.'),
  mirror: z
    .string('an http:// or https:// URL')
    .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), 'an http:// or https:// URL')
    .optional()
    .describe(
      "Where models are pulled from instead of sherpa-onnx's releases at GitHub; the same paths below it.",
    ),
  threads: wholeNumber(1, 64)
    .default(1)
    .describe('Threads that one model computes with; 1 is best where many calls share it.'),
  endOfTurnMs: wholeNumber(200, 10_000)
    .default(700)
    .describe("Silence that ends a caller's turn for a model on this machine, in ms."),
})
