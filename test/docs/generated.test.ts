import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { errorsPage } from '../../scripts/docs/errors.js'
import { generatedFiles } from '../../scripts/docs/generated.js'

it.each(generatedFiles)('$path is what the sources say; if not: npm run docs', ({ path, content }) => {
  expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(content())
})

it('gives an error its numbers, and keeps a bar in a sentence from ending the cell', () => {
  const page = errorsPage({
    sample: { meaning: 'Either a | b.', remedy: 'Choose.', twilio: 64101, telnyx: '10007' },
  })
  expect(page).toContain('| `sample` | 64101 | 10007 | Either a \\| b. | Choose. |')
})
