/** Something in the way of a deployment or a removal; the message says what, where, and what to do. */
export class CannotDeploy extends Error {
  override readonly name = 'CannotDeploy';
}
