/** Marks a step of the history as taken from the list, so that "back" may simply go back. */

export const fromList = { isFromList: true }

export function isFromList(state: unknown): boolean {
  return typeof state === 'object' && state !== null && 'isFromList' in state
}
