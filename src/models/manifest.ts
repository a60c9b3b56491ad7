import { z } from 'zod'
import { expectation } from '../base/expectation.js'
import { modelKinds } from './kinds.js'

/** Name of the file in a model's folder that says what it is. */
export const manifestFile = 'model.json'

/** How much is known of what was downloaded, strongest first. */
export const trusts = ['given', 'catalogue', 'first pull', 'checksum file', 'nothing'] as const

/** What a SHA-256 was compared with; `nothing` where there was nothing to compare with. */
export type Trust = (typeof trusts)[number]

const name = z.string().regex(/^[\w.+-]+$/, 'letters, digits, and . _ + -')

const manifestSchema = z.object({
  kind: z.enum(modelKinds),
  languages: z.array(z.string().min(1)).min(1),
  /** Names of a voice model's speakers, by their number. */
  speakers: z.array(name).optional(),
  /** Files by what they are for, where their names do not tell; paths from the model's folder. */
  files: z.record(z.string(), z.string().min(1)).optional(),
  /** Where it came from. */
  source: z
    .object({ url: z.string(), bytes: z.number(), sha256: z.string(), checked: z.enum(trusts) })
    .optional(),
})

/** What `model.json` says of a model. */
export type Manifest = z.output<typeof manifestSchema>

/** @throws Error saying what is wrong with it */
export function readManifest(text: string): Manifest {
  const parsed = manifestSchema.safeParse(JSON.parse(text), { error: expectation, reportInput: true })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Error(`${issue!.path.join('.') || manifestFile}: expected ${issue!.message}`)
}
