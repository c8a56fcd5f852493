/**
 * How a function of Function Compute 3.0 is deployed, by `@alicloud/fc20230330`. Loading this loads that client: import
 * it only when needed.
 */
import { objectAt } from '../../json.ts';
import { connectV3, NO_OPTIONS, refusalOfV3, sdk } from './client-v3.ts';
import type { DeployedTrigger, FunctionReader } from './deployed-function.ts';
import { brokenInvocation, InvokeError, type InvokerOptions } from './invocation.ts';

/** Function Compute allows fewer triggers of a function than these pages hold. */
const MAX_PAGES = 20;

/**
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-getfunction
 */
export function createReaderV3(functionName: string, options: InvokerOptions): FunctionReader {
  const client = connectV3(options);

  async function asked<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      throw refusalOfV3(error) ?? brokenInvocation(error);
    }
  }

  return {
    read: () =>
      asked(async () => {
        const request = new sdk.GetFunctionRequest({});
        const { body } = await client.getFunctionWithOptions(functionName, request, {}, NO_OPTIONS);
        const { logConfig } = body ?? {};
        return {
          functionArn: textOf(body?.functionArn),
          runtime: textOf(body?.runtime),
          handler: textOf(body?.handler),
          timeoutSeconds: body?.timeout ?? null,
          role: textOf(body?.role),
          environment: { ...body?.environmentVariables },
          internetAccess: body?.internetAccess ?? null,
          log:
            logConfig?.project && logConfig.logstore
              ? { project: logConfig.project, logstore: logConfig.logstore }
              : null,
          state: textOf(body?.state),
          lastUpdateStatus: textOf(body?.lastUpdateStatus),
          settings: objectAt(body?.toMap()),
        };
      }),

    triggers: () =>
      asked(async () => {
        const found: DeployedTrigger[] = [];
        let nextToken: string | undefined;
        for (let page = 1; page <= MAX_PAGES; page += 1) {
          const request = new sdk.ListTriggersRequest({ limit: 50, ...(nextToken ? { nextToken } : {}) });
          const { body } = await client.listTriggersWithOptions(functionName, request, {}, NO_OPTIONS);
          for (const { triggerName, triggerType, triggerConfig } of body?.triggers ?? []) {
            found.push({ name: triggerName ?? '', type: triggerType ?? '', config: triggerConfig });
          }
          nextToken = body?.nextToken;
          if (!nextToken) break;
        }
        return found;
      }),

    asyncRetries: async () => {
      try {
        return await asked(async () => {
          const request = new sdk.GetAsyncInvokeConfigRequest({});
          const { body } = await client.getAsyncInvokeConfigWithOptions(
            functionName,
            request,
            {},
            NO_OPTIONS,
          );
          return {
            maxAttempts: body?.maxAsyncRetryAttempts ?? null,
            maxAgeSeconds: body?.maxAsyncEventAgeInSeconds ?? null,
            onFailure: textOf(body?.destinationConfig?.onFailure?.destination),
          };
        });
      } catch (error) {
        // As Alibaba Cloud's Terraform provider reads it.
        if (error instanceof InvokeError && /^AsyncConfigNotExists?$/i.test(error.code)) return null;
        throw error;
      }
    },
  };
}

const textOf = (value: string | undefined): string | null => value || null;
