import koffi from 'koffi'

type Handle = unknown

/** The calls of the two AMR-WB libraries that are used here. */
export interface AmrWbLibrary {
  createEncoder(): Handle
  /** @param mode 0 (6.60 kbit/s) to 8 (23.85 kbit/s) @param pcm 20 ms @returns bytes written, 61 at most */
  encode(encoder: Handle, mode: number, pcm: Int16Array, out: Uint8Array, dtx: number): number
  destroyEncoder(encoder: Handle): void
  createDecoder(): Handle
  /** @param frame its type's octet, then its speech bits @param pcm receives 20 ms @param bad whether bits are damaged */
  decode(decoder: Handle, frame: Uint8Array, pcm: Int16Array, bad: number): void
  destroyDecoder(decoder: Handle): void
}

/** Where the system keeps a library: Debian and Red Hat, macOS (Homebrew too), Windows. */
function namesOf(library: string, version: string): readonly string[] {
  const mac = `${library}.${version}.dylib`
  return [`${library}.so.${version}`, mac, `/opt/homebrew/lib/${mac}`, `${library}-${version}.dll`]
}

let loaded: { readonly library: AmrWbLibrary | undefined } | undefined

/**
 * The system's opencore-amrwb, which decodes, and vo-amrwbenc, which encodes, through koffi. Undefined unless both are
 * there. Loaded once a process, as with an import.
 */
export function loadAmrWb(): AmrWbLibrary | undefined {
  loaded ??= { library: bind() }
  return loaded.library
}

function bind(): AmrWbLibrary | undefined {
  const decoder = open(namesOf('libopencore-amrwb', '0'))
  const encoder = open(namesOf('libvo-amrwbenc', '0'))
  if (!decoder || !encoder) return undefined
  return {
    createEncoder: encoder.func('void *E_IF_init()'),
    encode: encoder.func('int E_IF_encode(void *, int, const int16_t *, uint8_t *, int)'),
    destroyEncoder: encoder.func('void E_IF_exit(void *)'),
    createDecoder: decoder.func('void *D_IF_init()'),
    decode: decoder.func('void D_IF_decode(void *, const uint8_t *, int16_t *, int)'),
    destroyDecoder: decoder.func('void D_IF_exit(void *)'),
  }
}

function open(names: readonly string[]): ReturnType<typeof koffi.load> | undefined {
  for (const name of names) {
    try {
      return koffi.load(name)
    } catch {
      // Not here; the next name may be.
    }
  }
  return undefined
}
