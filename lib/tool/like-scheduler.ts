import type { DeployedFunction } from '../cloud/fc/deployed-function.ts';

/** Another function, of that name by chance or by mistake, should be neither invoked, nor replaced, nor removed. */
export const isLikeScheduler = ({
  runtime,
  handler,
}: Pick<DeployedFunction, 'runtime' | 'handler'>): boolean =>
  runtime?.startsWith('nodejs') === true && handler === 'index.handler';
