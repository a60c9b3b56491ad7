import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that tests drive, by the Debian package that brings them. */
const programs = {
  'baresip-core': 'baresip',
  chromium: 'chromium',
  coturn: 'turnserver',
  'espeak-ng': 'espeak-ng',
  flite: 'flite',
  kamailio: 'kamailio',
  'kamailio-tls-modules': 'kamailio',
  'linphone-cli': 'linphonec',
  pocketsphinx: 'pocketsphinx_continuous',
  'sip-tester': 'sipp',
}

const told = new Set<string>()

/**
 * Whether the Debian packages that a test needs are here, for `describe.skipIf(lacks(…))`. Says once how to get those
 * that are not. `npm test` tells in TEST_MISSING what it could not install.
 */
export function lacks(...packages: (keyof typeof programs)[]): boolean {
  const unavailable = (process.env['TEST_MISSING'] ?? '').split(' ')
  const missing = packages.filter((name) => unavailable.includes(name) || !hasProgram(programs[name]))
  const news = missing.filter((name) => !told.has(name))
  for (const name of news) told.add(name)
  if (news.length > 0) {
    console.warn(`Skipped: ${news.join(', ')} is missing. To run: apt-get install -y ${news.join(' ')}`)
  }
  return missing.length > 0
}

function hasProgram(name: string): boolean {
  // Debian has servers in a folder that is not on everybody's path.
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
