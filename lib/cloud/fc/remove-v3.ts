/** Removes a function of Function Compute 3.0, by `@alicloud/fc20230330`: import it only when needed. */
import { connectV3, NO_OPTIONS, refusalOfV3, sdk } from './client-v3.ts';
import { brokenInvocation, type InvokerOptions } from './invocation.ts';

/** Every method throws `InvokeError` and nothing else. What is not there counts as removed. */
export interface FunctionRemover {
  trigger(triggerName: string): Promise<void>;
  /** With its asynchronous settings. A function with triggers is not removed. */
  function(): Promise<void>;
}

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-deletefunction */
export function createRemoverV3(functionName: string, options: InvokerOptions): FunctionRemover {
  const client = connectV3(options);

  async function gone(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      const refusal = refusalOfV3(error) ?? brokenInvocation(error);
      if (!/NotFound$|NotExists?$/i.test(refusal.code)) throw refusal;
    }
  }

  return {
    trigger: (triggerName) =>
      gone(() => client.deleteTriggerWithOptions(functionName, triggerName, {}, NO_OPTIONS)),
    function: async () => {
      const request = new sdk.DeleteAsyncInvokeConfigRequest({ qualifier: 'LATEST' });
      await gone(() => client.deleteAsyncInvokeConfigWithOptions(functionName, request, {}, NO_OPTIONS));
      await gone(() => client.deleteFunctionWithOptions(functionName, {}, NO_OPTIONS));
    },
  };
}
