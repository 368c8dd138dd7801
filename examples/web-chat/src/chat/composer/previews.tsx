import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../../strings'

/** The images of the draft, each with a button to take it out again. */
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
          <Preview file={file} />
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

function nameOf(file: Blob): string {
  return file instanceof File && file.name !== '' ? file.name : t.sidebar.photo
}
