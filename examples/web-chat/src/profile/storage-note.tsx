import { useStorage } from '@relaychat/client/react'
import { useEffect, useState } from 'react'
import { bytesLabel } from '../format/bytes'
import { t } from '../strings'

/** What this browser keeps of the conversations, and how much room that takes. */
export function StorageNote() {
  const storage = useStorage()
  const usedBytes = useUsedBytes()
  const notes = {
    durable: t.storage.durable,
    memory_only: t.storage.memoryOnly,
    lost: t.storage.lost,
  } as const
  return (
    <p className="text-sm text-pretty text-soft">
      {notes[storage]}
      {storage === 'durable' && usedBytes !== undefined && (
        <span className="text-muted"> {t.storage.used(bytesLabel(usedBytes))}.</span>
      )}
    </p>
  )
}

/** Everything of this origin: the application's own files too. */
function useUsedBytes(): number | undefined {
  const [bytes, setBytes] = useState<number>()
  useEffect(() => {
    navigator.storage?.estimate?.().then(
      ({ usage }) => setBytes(usage),
      () => {},
    )
  }, [])
  return bytes
}
