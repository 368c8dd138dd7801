import { useClient, useObservable } from '@relaychat/client/react'

/** Whether the reader blocks a person; not as long as that is unknown. */
export function useIsBlocked(userId: string | undefined): boolean {
  const blocked = useObservable(useClient().people.blocked)
  return userId !== undefined && blocked?.some(({ id }) => id === userId) === true
}
