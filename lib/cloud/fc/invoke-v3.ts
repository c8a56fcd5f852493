/** Function Compute 3.0, by `@alicloud/fc20230330`. Loading this loads that client: import it only when invoking. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connectV3, NO_OPTIONS, refusalOfV3, sdk } from './client-v3.ts';
import { brokenInvocation, headerOf, type InvokeFunction, type InvokerOptions } from './invocation.ts';

/**
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-invokefunction
 */
export function createInvokeV3(functionName: string, options: InvokerOptions): InvokeFunction {
  const client = connectV3(options);

  return async ({ payload, async }) => {
    const request = new sdk.InvokeFunctionRequest({
      // Never of the text itself: a stream of text ends the process inside the client.
      body: Readable.from([Buffer.from(payload)]),
    });
    const headers = new sdk.InvokeFunctionHeaders({ xFcInvocationType: async ? 'Async' : 'Sync' });
    try {
      const answer = await client.invokeFunctionWithOptions(functionName, request, headers, NO_OPTIONS);
      const told = answer.headers ?? {};
      return {
        requestId: headerOf(told, 'x-fc-request-id'),
        taskId: headerOf(told, 'x-fc-async-task-id'),
        errorType: headerOf(told, 'x-fc-error-type'),
        body: answer.body === undefined ? '' : await text(answer.body),
      };
    } catch (error) {
      throw refusalOfV3(error) ?? brokenInvocation(error);
    }
  };
}
