// `npm test`: sets the machine up and runs every check. With arguments, only the tests that they select:
// `npm test -- test/audio`.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.mjs'
import { aptCommand, root, run, setUp } from './setup.mjs'

const selection = process.argv.slice(2)
const reports = mkdtempSync(join(tmpdir(), 'parley-test-'))
const counts = { passed: 0, failed: 0, skipped: 0 }
const failures = []

const checks = [
  ['lint', async () => (await tool('@biomejs/biome/bin/biome', 'check', '.')) && (await depcruise())],
  ['typecheck', async () => (await tsc()) && (await tsc('-p', 'web')) && (await tsc('-p', 'console'))],
]
const chosen = selection.length === 0 ? checks : []
const missing = await setUp(['runtime', 'test'], async () => {
  await Promise.all([...chosen, ['build', build]].map(([name, work]) => stage(name, work)))
})
// For tests that skip what this machine cannot run.
process.env.TEST_MISSING = missing.join(' ')
// For threads that tests start: what was compiled just now.
if (!failures.includes('build')) process.env.TEST_COMPILED = join(root, 'dist')
await stage('unit tests', () => vitest('unit'))
await stage('end-to-end tests', () => vitest('e2e'))
await stage('load tests', () => vitest('load'))
rmSync(reports, { recursive: true })

console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
if (missing.length > 0) {
  console.log(`Tests that need ${missing.join(', ')} were skipped. To run them: ${aptCommand(missing)}`)
}
if (counts.passed + counts.failed === 0) failures.push('no test was selected')
if (failures.length > 0) console.log(`Failed: ${failures.join(', ')}`)
process.exit(failures.length > 0 ? 1 : 0)

async function stage(name, work) {
  console.log(`\n▸ ${name}`)
  const started = Date.now()
  const ok = await work()
  console.log(`${ok ? '✓' : '✗'} ${name}, ${((Date.now() - started) / 1000).toFixed(1)} s`)
  if (!ok) failures.push(name)
}

/** Runs the program of an installed package. */
async function tool(program, ...args) {
  return (await run(process.execPath, [join('node_modules', program), ...args])) === 0
}

function tsc(...args) {
  return tool('typescript-native/bin/tsc', '--noEmit', ...args)
}

function depcruise() {
  return tool('dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.cjs')
}

async function vitest(project) {
  const report = join(reports, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const only = ['--project', project, '--passWithNoTests', ...reporters, ...selection]
  const ok = await tool('vitest/vitest.mjs', 'run', ...only)
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'))
    counts.passed += result.numPassedTests
    counts.failed += result.numFailedTests
    counts.skipped += result.numPendingTests + result.numTodoTests
    return ok
  } catch {
    console.error(`vitest wrote no report for ${project}.`)
    return false
  }
}
