import { once } from 'node:events'
import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

const require = createRequire(import.meta.url)
/** Where the packages keep their .proto files; each one's main module is in `build/src`. */
const folders = ['@google-cloud/speech', '@google-cloud/text-to-speech', 'google-gax'].map((name) =>
  join(dirname(require.resolve(name)), '../protos'),
)

/** A service as the vendor's published .proto file has it. @param file its path among the packages' files */
export function serviceOf(file: string, name: string): ServiceDefinition {
  const all = loadSync(file, {
    includeDirs: folders,
    keepCase: true,
    enums: String,
    defaults: true,
    oneofs: true,
  })
  return all[name] as ServiceDefinition
}

/** How a call ends that the vendor refuses. */
export interface GrpcStatus {
  readonly code: status
  readonly details: string
}

/** A vendor's gRPC server on 127.0.0.1 behind a port of the tests' own, which can be slow and can break. */
export class GrpcVendor {
  /** What clients did against the vendor's documents. */
  readonly violations: string[] = []
  /** Calls end with this instead of what they ask for. */
  refusal: GrpcStatus | undefined
  private readonly wires = new Set<Socket>()
  private gate: Promise<void> = Promise.resolve()

  private constructor(
    private readonly grpc: Server,
    private readonly front: NetServer,
  ) {}

  static async start(
    ...services: readonly (readonly [ServiceDefinition, UntypedServiceImplementation])[]
  ): Promise<GrpcVendor> {
    const grpc = new Server()
    for (const [service, calls] of services) grpc.addService(service, calls)
    const inner = await new Promise<number>((resolve, reject) =>
      grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    )
    const front = createServer((socket) => void vendor.carry(socket, inner))
    const vendor = new GrpcVendor(grpc, front)
    front.listen(0, '127.0.0.1')
    await once(front, 'listening')
    return vendor
  }

  get url(): string {
    return `http://127.0.0.1:${(this.front.address() as AddressInfo).port}`
  }

  /** Connections wait until the function that is returned is called. */
  hold(): () => void {
    let release = () => {}
    this.gate = new Promise((resolve) => {
      release = resolve
    })
    return release
  }

  /** Breaks all connections as a network does. */
  drop(): void {
    for (const wire of this.wires) wire.destroy()
  }

  async close(): Promise<void> {
    this.drop()
    this.grpc.forceShutdown()
    this.front.close()
    await once(this.front, 'close')
  }

  private async carry(socket: Socket, port: number): Promise<void> {
    socket.on('error', () => {})
    await this.gate
    const inner = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      this.wires.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        this.wires.delete(one)
        other.destroy()
      })
    }
    socket.pipe(inner).pipe(socket)
  }
}
