// `npm run docs`: writes every generated file anew.

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generatedFiles } from './docs/generated.js'

for (const { path, content } of generatedFiles) {
  writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), content())
  console.log(path)
}
