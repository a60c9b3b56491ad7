import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file without a name, for a program's second output; it is gone with the last process that holds it. */
export interface ScratchFile {
  readonly fd: number
  /** @throws RangeError when it holds more than `mostBytes` */
  read(mostBytes: number): Promise<Buffer>
  close(): Promise<void>
}

/** Opens a scratch file. Its name is taken away at once, so that nothing is left behind, however a process ends. */
export async function openScratchFile(): Promise<ScratchFile> {
  const path = join(tmpdir(), `parley-speech-${process.pid}-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  try {
    await rm(path)
  } catch (thrown) {
    await file.close()
    throw thrown
  }
  return {
    fd: file.fd,
    close: () => file.close(),
    async read(mostBytes) {
      const { size } = await file.stat()
      if (size > mostBytes) throw new RangeError(`more than ${mostBytes} bytes`)
      const bytes = Buffer.alloc(size)
      const { bytesRead } = await file.read(bytes, 0, size, 0)
      return bytes.subarray(0, bytesRead)
    },
  }
}
