import type { Attachment } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { useCallback, useEffect, useState } from 'react'

type Address =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly url: string }
  | { readonly status: 'failed' }

/** The address of an image's bytes. Addresses are short-lived: `refresh` asks for a new one, once. */
export function useImageUrl(attachment: Attachment, size: 'thumbnail' | 'full') {
  const client = useClient()
  const { id, localUrl } = attachment
  const [tries, setTries] = useState(0)
  const [address, setAddress] = useState<Address>({ status: 'loading' })

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try asks again
  useEffect(() => {
    if (localUrl !== undefined) return
    let isWanted = true
    client.attachmentLinks(id).then(
      ({ url, thumbnailUrl }) => {
        if (isWanted) setAddress({ status: 'ready', url: size === 'full' ? url : thumbnailUrl })
      },
      () => {
        if (isWanted) setAddress({ status: 'failed' })
      },
    )
    return () => {
      isWanted = false
    }
  }, [client, id, localUrl, size, tries])

  const refresh = useCallback(() => {
    if (tries === 0) setTries(1)
    else setAddress({ status: 'failed' })
  }, [tries])

  return {
    url: localUrl ?? (address.status === 'ready' ? address.url : undefined),
    hasFailed: localUrl === undefined && address.status === 'failed',
    refresh,
  }
}
