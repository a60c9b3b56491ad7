import type { FlowExecution, FlowStep } from '../../store/index.js'
import { flowUrl } from '../calls/flow-url.js'
import type { FlowProblem } from '../definition/problem.js'
import type { FlowRevision } from '../flows/flow.js'
import type { StudioContext } from './context.js'

type Place = Pick<StudioContext, 'accountSid' | 'baseUrl'>

/** @param whole whether with the definition, which lists leave out */
export function flowJson(flow: FlowRevision, { accountSid, baseUrl }: Place, whole = true): object {
  const url = flowPath(flow.sid, baseUrl())
  return {
    sid: flow.sid,
    account_sid: accountSid,
    author_sid: null,
    friendly_name: flow.friendlyName,
    definition: whole ? flow.definition : null,
    status: flow.status,
    revision: flow.revision,
    commit_message: flow.commitMessage,
    valid: flow.errors.length === 0,
    errors: flow.errors.map(problemJson),
    warnings: flow.warnings.map(problemJson),
    date_created: timestamp(flow.createdAt),
    date_updated: flow.updatedAt === null ? null : timestamp(flow.updatedAt),
    webhook_url: flowUrl(baseUrl(), accountSid, flow.sid),
    url,
    links: {
      revisions: `${url}/Revisions`,
      test_users: `${url}/TestUsers`,
      executions: `${url}/Executions`,
    },
  }
}

/** A flow as one of its revisions shows it. */
export function revisionJson(flow: FlowRevision, place: Place): object {
  const { links: _, webhook_url: __, ...shown } = flowJson(flow, place) as Record<string, unknown>
  return { ...shown, url: `${flowPath(flow.sid, place.baseUrl())}/Revisions/${flow.revision}` }
}

export function executionJson(execution: FlowExecution, { accountSid, baseUrl }: Place): object {
  const { sid, flowSid, flowRevision, contactSid, contactChannelAddress, status, initiatedBy } = execution
  const url = `${flowPath(flowSid, baseUrl())}/Executions/${sid}`
  return {
    sid,
    account_sid: accountSid,
    flow_sid: flowSid,
    flow_version: flowRevision,
    contact_sid: contactSid,
    contact_channel_address: contactChannelAddress,
    context: execution.context,
    status,
    initiated_by: initiatedBy,
    date_created: timestamp(execution.createdAt),
    date_updated: timestamp(execution.updatedAt),
    url,
    links: { steps: `${url}/Steps`, execution_context: `${url}/Context` },
  }
}

export function stepJson(step: FlowStep, { accountSid, baseUrl }: Place): object {
  const { sid, executionSid, flowSid, parentStepSid, name, transitionedFrom, transitionedTo, type } = step
  const url = `${flowPath(flowSid, baseUrl())}/Executions/${executionSid}/Steps/${sid}`
  return {
    sid,
    account_sid: accountSid,
    flow_sid: flowSid,
    execution_sid: executionSid,
    parent_step_sid: parentStepSid,
    name,
    context: step.context,
    transitioned_from: transitionedFrom,
    transitioned_to: transitionedTo,
    type,
    date_created: timestamp(step.createdAt),
    date_updated: null,
    url,
    links: { step_context: `${url}/Context` },
  }
}

export function flowPath(sid: string, baseUrl: string): string {
  return `${baseUrl}/v2/Flows/${sid}`
}

export function problemJson({ path, message }: FlowProblem): object {
  return { property_path: path, message }
}

/** ISO 8601, to the second. */
function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
