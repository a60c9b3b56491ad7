import { createRequire } from 'node:module'

const here = createRequire(import.meta.url)

/**
 * Makes sure that a vendor's own package is installed, without loading it.
 * @throws Error saying how to install it
 */
export function needPackage(name: string): void {
  try {
    here.resolve(name)
  } catch {
    throw new Error(`its package is not installed: npm install ${name}`)
  }
}

/** Loads a vendor's own package, at its first use. */
export async function loadPackage<Package>(name: string): Promise<Package> {
  return await import(name)
}

/** What a package that is installed brought along. */
export function fromPackage<Part>(name: string, part: string): Part {
  return createRequire(here.resolve(name))(part)
}
