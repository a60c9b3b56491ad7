/** The rooms of src/, from the ground up. A room may import the rooms before it, never one after it. */
const rooms = [
  'base',
  'protocol',
  'audio',
  'sip',
  'rtp',
  'models',
  'webrtc',
  'speech',
  'session',
  'store',
  'webhooks',
  'legs',
  'media',
  'calls',
  'twiml',
  'telnyx',
  'twilio',
  'studio',
  'server',
  'console',
  'web',
  'config',
  'main',
  'cli',
]
/** These know nothing of ours but base: they could be packages of their own. */
const standalone = ['protocol', 'audio', 'sip']

const upward = rooms.map((room, i) => ({
  name: `${room}-imports-downward`,
  comment: `src/${room} may import only the rooms below it (docs/architecture.md)`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${rooms.slice(i + 1).join('|')})(/|\\.ts$)` },
}))

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'standalone-rooms',
      comment: 'protocol, audio and sip import nothing of ours but base',
      severity: 'error',
      from: { path: `^src/(${standalone.join('|')})/` },
      to: { path: '^src/', pathNot: ['^src/base/', '^src/$1/'] },
    },
    {
      name: 'one-door',
      comment: 'another room is entered through its index.ts (base has none: its files are its doors)',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/base/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-dev-deps',
      severity: 'error',
      comment: "vendors' packages are peers that are loaded only when used; tests have them for development",
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
}
