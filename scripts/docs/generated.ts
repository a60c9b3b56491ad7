import { cliPage } from './cli.js'
import { endsPage } from './ends.js'
import { speechPage } from './engines.js'
import { errorsPage } from './errors.js'
import { twimlPage } from './twiml.js'

/** Every generated file, by its path from the root, with what it must hold. */
export const generatedFiles: ReadonlyArray<{ readonly path: string; readonly content: () => string }> = [
  { path: 'docs/cli.md', content: cliPage },
  { path: 'docs/compatibility.md', content: endsPage },
  { path: 'docs/errors.md', content: errorsPage },
  { path: 'docs/speech.md', content: speechPage },
  { path: 'docs/twiml.md', content: twimlPage },
]
