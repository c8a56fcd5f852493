import type { AdmittedCall, World } from '../service.ts';
import type { FlowLogSnapshot } from '../types.ts';
import { invalid, list, required } from './parameters.ts';
import { type FlowLogProduct, findFlowLog } from './product.ts';

const MAX_RESOURCES = 20;

/**
 * The flow logs that a tagging call names, all of the caller's account and region.
 * RegionId is required for this resource type, and the type's case does not matter (Terraform sends `flowlog` to CEN and
 * `FLOWLOG` to VPC).
 * @throws {ApiError} when any of them is not there, so that such a call changes nothing
 */
export function taggedFlowLogs(
  product: FlowLogProduct,
  { params, accountId }: AdmittedCall,
  world: World,
): readonly FlowLogSnapshot[] {
  const resourceType = required(params, 'ResourceType');
  const regionId = required(params, 'RegionId');
  if (resourceType.toLowerCase() !== 'flowlog') throw invalid(`No ResourceType ${resourceType} here.`);
  const ids = list(params, 'ResourceId');
  if (ids.length === 0) required(params, 'ResourceId.1');
  if (ids.length > MAX_RESOURCES) throw invalid(`More than ${MAX_RESOURCES} resource IDs.`);
  return ids.map((id) => {
    const flowLog = findFlowLog(product, world, accountId, regionId, id);
    if (flowLog === undefined) throw product.errors.error('InvalidResourceId.NotFound');
    return flowLog;
  });
}
