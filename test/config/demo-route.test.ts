import { expect, it } from 'vitest'
import { hints, welcomeGreeting } from '../../demo/route.js'
import { loadConfig } from '../../src/config/index.js'

it('the default route suits the demo app', () => {
  const { config } = loadConfig({ env: {}, readFile: () => undefined, cores: 2, cwd: '/' })
  expect(config.routes[0]).toMatchObject({ to: '*', relay: { welcomeGreeting, hints, dtmfDetection: true } })
})
