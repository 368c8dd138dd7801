import { FileIcon, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { bytesLabel } from '../../format/bytes'
import { t } from '../../strings'

/** The files of the draft, each with a button to take it out again. */
export function Previews({
  files,
  onRemove,
}: {
  files: readonly Blob[]
  onRemove: (file: Blob) => void
}) {
  return (
    <ul aria-label={t.composer.selected} className="flex gap-2 overflow-x-auto p-3 pb-1">
      {files.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: files have no identity, and previews no state worth keeping
        <li key={`${index}-${nameOf(file)}`} className="relative shrink-0">
          {file.type.startsWith('image/') ? <Preview file={file} /> : <FileCard file={file} />}
          <button
            type="button"
            aria-label={t.composer.remove(nameOf(file))}
            title={t.composer.remove(nameOf(file))}
            onClick={() => onRemove(file)}
            className="absolute end-0 top-0 grid size-11 place-items-start justify-items-end p-1"
          >
            <span className="grid size-6 place-items-center rounded-full bg-black/75 text-white">
              <X aria-hidden className="size-4" />
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}

function Preview({ file }: { file: Blob }) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  return (
    <span className="block size-22 overflow-hidden rounded-2xl bg-hover">
      {url !== undefined && <img src={url} alt={nameOf(file)} className="size-full object-cover" />}
    </span>
  )
}

function FileCard({ file }: { file: Blob }) {
  return (
    <span className="flex h-22 w-48 items-center gap-3 rounded-2xl bg-hover px-3">
      <FileIcon aria-hidden className="size-6 shrink-0 text-accent-text" />
      <span className="flex min-w-0 flex-col pe-4">
        <span dir="auto" className="name text-sm font-medium">
          {nameOf(file)}
        </span>
        <span className="text-xs text-muted">{bytesLabel(file.size)}</span>
      </span>
    </span>
  )
}

function nameOf(file: Blob): string {
  return file instanceof File && file.name !== '' ? file.name : t.sidebar.photo
}
