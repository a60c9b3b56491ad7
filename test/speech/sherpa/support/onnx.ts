import protobuf from 'protobufjs'

/** The part of onnx.proto (github.com/onnx/onnx, onnx/onnx.proto) that small models need. */
const schema = protobuf
  .parse(`
  syntax = "proto3";
  message Attribute {
    string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated float floats = 7; repeated int64 ints = 8;
    int32 type = 20;
  }
  message Node {
    repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
    repeated Attribute attribute = 5;
  }
  message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message Dim { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message Shape { repeated Dim dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message ValueInfo { string name = 1; Type type = 2; }
  message Graph {
    repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
    repeated ValueInfo input = 11; repeated ValueInfo output = 12;
  }
  message Opset { string domain = 1; int64 version = 2; }
  message Entry { string key = 1; string value = 2; }
  message Model {
    int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated Opset opset_import = 8;
    repeated Entry metadata_props = 14;
  }
`)
  .root.lookupType('Model')

const elements = { float: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const
const attributes = { float: 1, int: 2, ints: 7 } as const

type Element = keyof typeof elements
/** A number, or the name of what is only known when the model runs. */
type Shape = readonly (number | string)[]

/** Puts an ONNX model together: a graph, and the metadata that its loader asks for. */
export class OnnxModel {
  private readonly nodes: object[] = []
  private readonly initializers: object[] = []
  private readonly inputs: object[] = []
  private readonly outputs: object[] = []
  private made = 0

  constructor(private readonly metadata: Readonly<Record<string, string | number>> = {}) {}

  input(name: string, element: Element, shape: Shape): string {
    this.inputs.push(valueInfo(name, element, shape))
    return name
  }

  output(name: string, element: Element, shape: Shape): void {
    this.outputs.push(valueInfo(name, element, shape))
  }

  floats(values: readonly number[], dims: readonly number[]): string {
    return this.constant('float', dims, Buffer.from(Float32Array.from(values).buffer))
  }

  ints(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.constant('int64', dims, Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer))
  }

  /** Adds a node. @returns the name of its result: `result`, or a new one */
  node(
    type: string,
    inputs: readonly string[],
    options: Readonly<Record<string, number | readonly number[]>> = {},
    result = `v${++this.made}`,
  ): string {
    const attribute = Object.entries(options).map(([name, value]) =>
      typeof value === 'number'
        ? { name, i: value, type: attributes.int }
        : { name, ints: value, type: attributes.ints },
    )
    this.nodes.push({
      input: inputs,
      output: [result],
      name: `n${this.nodes.length}`,
      opType: type,
      attribute,
    })
    return result
  }

  /** Adds a node that turns numbers into those of another type. */
  cast(input: string, element: Element, result?: string): string {
    return this.node('Cast', [input], { to: elements[element] }, result)
  }

  encode(): Uint8Array {
    const { nodes, initializers, inputs, outputs, metadata } = this
    return schema
      .encode(
        schema.fromObject({
          irVersion: 8,
          producerName: 'parley-test',
          graph: { node: nodes, name: 'small', initializer: initializers, input: inputs, output: outputs },
          opsetImport: [{ domain: '', version: 13 }],
          metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value: String(value) })),
        }),
      )
      .finish()
  }

  private constant(element: Element, dims: readonly number[], rawData: Buffer): string {
    const name = `c${++this.made}`
    this.initializers.push({ dims, dataType: elements[element], name, rawData })
    return name
  }
}

function valueInfo(name: string, element: Element, shape: Shape): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }))
  return { name, type: { tensorType: { elemType: elements[element], shape: { dim } } } }
}
