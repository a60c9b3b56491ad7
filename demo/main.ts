import { startDemo } from './server.js'

/** Runs the demo by itself: `DEMO_PORT` (9000) and `DEMO_HOST` (127.0.0.1) say where. */
const demo = await startDemo({
  port: Number(process.env['DEMO_PORT'] ?? 9000),
  host: process.env['DEMO_HOST'] ?? '127.0.0.1',
  env: process.env,
  log: (message, details) =>
    console.log(new Date().toISOString(), message, details ? JSON.stringify(details) : ''),
})
const mind = process.env['OPENAI_API_KEY']
  ? 'a model answers'
  : 'the script answers; OPENAI_API_KEY brings a model'
console.log(`The demo app listens at ${demo.url} (${mind})`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void demo.close().then(() => process.exit(0)))
}
