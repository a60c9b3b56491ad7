// Set-up for `npm start` and `npm test` on a machine with nothing but Node: npm packages, then programs through
// apt where there is one. Plain Node without dependencies, since it runs before there are any.
// SETUP_APT=0 leaves the machine's packages alone.

import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Debian packages by what they are for, each with how to see that its content is there, on any system. */
const packages = {
  runtime: [
    { name: 'pocketsphinx-en-us', has: () => existsSync('/usr/share/pocketsphinx/model/en-us') },
    { name: 'libpocketsphinx3', has: () => hasLibrary('libpocketsphinx.so.3') },
    { name: 'flite', has: () => hasProgram('flite') },
    { name: 'espeak-ng', has: () => hasProgram('espeak-ng') },
    { name: 'libopencore-amrwb0', has: () => hasLibrary('libopencore-amrwb.so.0') },
    { name: 'libvo-amrwbenc0', has: () => hasLibrary('libvo-amrwbenc.so.0') },
  ],
  test: [
    { name: 'baresip-core', has: () => hasProgram('baresip') },
    { name: 'linphone-cli', has: () => hasProgram('linphonec') },
    { name: 'sip-tester', has: () => hasProgram('sipp') },
    { name: 'pocketsphinx', has: () => hasProgram('pocketsphinx_continuous', 'pocketsphinx') },
    {
      name: 'asterisk-core-sounds-en-wav',
      has: () => existsSync('/usr/share/asterisk/sounds/en_US_f_Allison/hello-world.wav'),
    },
    { name: 'bzip2', has: () => hasProgram('bzip2') },
    { name: 'chromium', has: () => hasProgram('chromium') },
    { name: 'alsa-utils', has: () => hasProgram('aplay') },
    { name: 'kamailio', has: () => existsSync('/usr/sbin/kamailio'), service: 'kamailio' },
    { name: 'coturn', has: () => existsSync('/usr/bin/turnserver'), service: 'coturn' },
    {
      name: 'kamailio-tls-modules',
      has: () => hasLibrary('kamailio/modules/tls.so'),
    },
  ],
  build: [
    { name: 'build-essential', has: () => hasProgram('g++') && hasProgram('make') },
    { name: 'python3', has: () => hasProgram('python3') },
  ],
}

const cacheFile = join(root, 'node_modules', '.cache', 'parley-setup.json')
/** ms before an installation that failed is tried again. */
const retryMs = 60 * 60 * 1000

/**
 * Sets the machine up. Ends the process where nothing can run without what is missing.
 *
 * @param {Array<'runtime' | 'test'>} sets
 * @param {() => Promise<void>} meanwhile work that needs npm's packages but runs nothing native: it goes on beside the
 *   compiler and apt, and is over when this is
 * @returns {Promise<string[]>} Debian packages still missing
 */
export async function setUp(sets, meanwhile = async () => {}) {
  requireNode(20, 15)
  const cache = readCache()
  // Downloads and compilers wait for different things: side by side, a new machine is ready a third sooner.
  const [abi, { missing, aptFailed }] = await Promise.all([
    npmPackages(cache.abi, meanwhile),
    systemPackages(sets, cache.aptFailed),
  ])
  writeCache({ abi, aptFailed })
  if (missing.length > 0)
    console.warn(`Missing on this machine: ${missing.join(', ')}. To install: ${aptCommand(missing)}`)
  return missing
}

/** The command that installs packages by hand. */
export function aptCommand(names) {
  const sudo = isRoot() ? '' : 'sudo '
  return `${sudo}apt-get install -y --no-install-recommends ${names.join(' ')}`
}

/** Runs a command with its output shown; resolves with its exit code. */
export function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`)
      resolve(127)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

function requireNode(major, minor) {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number)
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return
  console.error(
    `Parley needs Node ${major}.${minor} or newer; this is ${process.version}. See https://nodejs.org.`,
  )
  process.exit(1)
}

// ---- npm ----

/** Packages that are compiled for this Node where npm has no binary of them; no other package's script is run. */
const native = ['better-sqlite3', 'koffi']

/** @returns the ABI that native modules are compiled for */
async function npmPackages(compiledFor, meanwhile) {
  const abi = process.versions.modules
  if (!npmIsCurrent() && !(await npmCi())) {
    console.error('`npm ci` failed; its own message above says why.')
    process.exit(1)
  }
  const [compiled] = await Promise.all([isCompiled(compiledFor) || compileNative(), meanwhile()])
  if (!compiled) {
    console.error(`\`npm rebuild ${native.join(' ')}\` failed; its own message above says why.`)
    process.exit(1)
  }
  return abi
}

/** Whether the one module that always has to be compiled is, for this Node. */
function isCompiled(compiledFor = process.versions.modules) {
  const binary = join(root, 'node_modules', 'better-sqlite3', 'build', 'Release', 'better_sqlite3.node')
  return existsSync(binary) && compiledFor === process.versions.modules
}

async function compileNative() {
  step(`Preparing native modules for Node ${process.version}`)
  return (await rebuild()) || ((await installBuildTools()) && (await rebuild()))
}

async function rebuild() {
  return (await ticking('compiling', () => run('npm', ['rebuild', ...native], { JOBS: 'max' }))) === 0
}

/** Whether what npm installed is what the lockfile says, package by package. */
function npmIsCurrent() {
  try {
    const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages
    const installed = read('node_modules/.package-lock.json')
    return Object.entries(read('package-lock.json')).every(([path, { version, optional, devOptional }]) => {
      if (path === '') return true
      const found = installed[path]
      // Optional packages are for other systems as a rule.
      return found ? found.version === version : Boolean(optional || devOptional)
    })
  } catch {
    return false
  }
}

async function npmCi() {
  step('Installing npm packages (npm ci)')
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts']
  return (await ticking('installing', () => run('npm', args))) === 0
}

/** Tells every 15 s that work goes on. */
async function ticking(what, work) {
  const started = Date.now()
  const ticker = setInterval(() => {
    console.log(`  … still ${what}, ${Math.round((Date.now() - started) / 1000)} s`)
  }, 15_000)
  try {
    return await work()
  } finally {
    clearInterval(ticker)
  }
}

/** better-sqlite3 is compiled where no binary of it can be downloaded. */
async function installBuildTools() {
  const missing = missingOf(['build'])
  if (missing.length === 0) return false
  const left = await aptInstall(missing)
  if (left.length > 0) console.error(`Compiling native modules needs: ${aptCommand(left)}`)
  return left.length === 0
}

// ---- apt ----

/** Installs what is missing, unless that failed a short while ago. */
async function systemPackages(sets, failed) {
  const missing = missingOf(sets)
  const key = missing.join(' ')
  if (missing.length === 0) return { missing }
  if (failed?.packages === key && Date.now() - failed.at < retryMs) return { missing, aptFailed: failed }
  const left = await aptInstall(missing)
  return {
    missing: left,
    aptFailed: left.length > 0 ? { packages: left.join(' '), at: Date.now() } : undefined,
  }
}

let aptTurn = Promise.resolve()

/** Installs packages where that is possible, one set after the other. Returns those still missing. */
function aptInstall(names) {
  const result = aptTurn.then(() => aptInstallNow(names))
  aptTurn = result
  return result
}

async function aptInstallNow(names) {
  const prefix = aptPrefix()
  if (!prefix) return names
  step(`Installing ${names.join(', ')} (apt-get)`)
  const apt = (...args) => run(prefix[0], [...prefix.slice(1), 'apt-get', '-qq', ...args])
  if ((await apt('update')) !== 0) return names
  // One name that this release does not know would keep apt from installing the others.
  const known = names.filter((name) => spawnSync('apt-cache', ['show', name]).status === 0)
  if (known.length > 0) await apt('install', '-y', '--no-install-recommends', ...known)
  for (const service of servicesOf(known)) await stopService(prefix, service)
  return missingOf(Object.keys(packages)).filter((name) => names.includes(name))
}

/** How apt-get is called with the rights it needs; undefined where it cannot be. */
function aptPrefix() {
  if (process.env.SETUP_APT === '0' || !hasProgram('apt-get')) return undefined
  const env = ['env', 'DEBIAN_FRONTEND=noninteractive']
  if (isRoot()) return env
  const maySudo = hasProgram('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0
  return maySudo ? ['sudo', '-n', ...env] : undefined
}

/** Services that packages start by themselves, and that would take the relay's ports. */
function servicesOf(names) {
  const all = Object.values(packages).flat()
  return all.filter(({ name, service }) => service && names.includes(name)).map(({ service }) => service)
}

async function stopService(prefix, service) {
  if (!existsSync('/run/systemd/system')) return
  await run(prefix[0], [...prefix.slice(1), 'systemctl', 'disable', '--now', service])
}

function missingOf(sets) {
  return sets.flatMap((set) => packages[set].filter(({ has }) => !has()).map(({ name }) => name))
}

// ---- the machine ----

function isRoot() {
  return process.getuid?.() === 0
}

function hasProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.some((name) => folders.some((folder) => isExecutable(join(folder, name))))
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Whether a file is in one of the folders for libraries. */
function hasLibrary(name) {
  const places = ['/lib', '/usr/lib', '/usr/local/lib', '/usr/lib64']
  const machine = { x64: 'x86_64', arm64: 'aarch64', arm: 'arm' }[process.arch] ?? process.arch
  const debian = `/usr/lib/${machine}-linux-gnu${process.arch === 'arm' ? 'eabihf' : ''}`
  return [...places, debian].some((folder) => existsSync(join(folder, name)))
}

function readCache() {
  try {
    return JSON.parse(readFileSync(cacheFile, 'utf8'))
  } catch {
    return {}
  }
}

function writeCache(cache) {
  mkdirSync(join(cacheFile, '..'), { recursive: true })
  writeFileSync(cacheFile, JSON.stringify(cache))
}

function step(text) {
  console.log(`▸ ${text}`)
}
