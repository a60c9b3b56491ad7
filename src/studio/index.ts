/** Flows of Twilio's Studio. */
export { type CheckedFlow, checkFlow } from './definition/check-flow.js'
export type { FlowDefinition, Transition, Widget } from './definition/flow-definition.js'
export type { FlowProblem } from './definition/problem.js'
export { edgeKey, type FlowEdge, type FlowGraph, type FlowNode, graphOf } from './drawing/graph.js'
export type { ConfiguredFlow } from './flows/flow.js'
export { definitionIn, type FlowEntry, readFlowFile } from './flows/flow-file.js'
export { Studio, type StudioOptions } from './studio.js'
