import { Absent } from './absent.ts'

/**
 * A vendor's own package, for the ways to a credential that only it knows. It is no dependency of ours: who needs it
 * installs it. Throws Absent with the command where it is not there; `why` says what it is needed for.
 */
export async function cloudPackage<T>(name: string, why: string): Promise<T> {
  try {
    return (await import(name)) as T
  } catch (error) {
    if (!/^Cannot find (package|module)/.test((error as Error).message)) throw error
    throw new Absent(
      `${why}, which the package ${name} reads, and it is not installed`,
      `npm install ${name}, where the gateway is installed (with --global if it is), and then: gateway restart`,
    )
  }
}
