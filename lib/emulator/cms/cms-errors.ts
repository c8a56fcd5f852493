import { errorTable } from '../api-error.ts';
import { RPC_ERRORS } from '../rpc/rpc-errors.ts';

/** @see https://www.alibabacloud.com/help/en/cms/developer-reference/api-cms-2019-01-01-describemetriclist */
export const cmsErrors = errorTable({
  ...RPC_ERRORS,
  InvalidParameter: { status: 400, message: 'Invalid parameter.' },
  ResourceNotFound: { status: 404, message: 'The specified resource is not found.' },
});
