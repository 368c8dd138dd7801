import { useRef, useState } from 'react'
import { describeError, t } from '../strings'
import { Avatar } from '../ui/avatar'
import { Button } from '../ui/button'
import { announce } from '../ui/live-region'
import { CropDialog } from './crop-dialog'

/** The picture of a person or a group, and how to change it. */
export function AvatarEditor({
  id,
  name,
  url,
  onSave,
  onRemove,
}: {
  id: string
  name: string
  url: string | undefined
  onSave: (picture: Blob) => Promise<unknown>
  onRemove: () => Promise<unknown>
}) {
  const picker = useRef<HTMLInputElement>(null)
  const [picture, setPicture] = useState<ImageBitmap>()
  const [isRemoving, setIsRemoving] = useState(false)
  const [problem, setProblem] = useState<string>()

  const choose = async (file: File | undefined) => {
    if (file === undefined) return
    setProblem(undefined)
    try {
      setPicture(await createImageBitmap(file, { imageOrientation: 'from-image' }))
    } catch {
      setProblem(t.profile.badPicture)
    }
  }

  const remove = async () => {
    setIsRemoving(true)
    setProblem(undefined)
    try {
      await onRemove()
      announce(t.profile.pictureRemoved)
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setIsRemoving(false)
    }
  }

  return (
    <div className="flex flex-wrap items-center gap-5">
      <Avatar id={id} name={name} url={url} size={96} />
      <div className="flex flex-col gap-2">
        <Button look="plain" onClick={() => picker.current?.click()}>
          {t.profile.changePicture}
        </Button>
        {url !== undefined && (
          <Button look="quiet" isBusy={isRemoving} onClick={remove}>
            {t.profile.removePicture}
          </Button>
        )}
        <input
          ref={picker}
          type="file"
          accept="image/png,image/jpeg,image/webp,image/gif"
          hidden
          data-testid="avatar-picker"
          onChange={event => {
            void choose(event.target.files?.[0])
            event.target.value = ''
          }}
        />
      </div>
      {problem !== undefined && (
        <p role="alert" className="w-full text-sm text-danger">
          {problem}
        </p>
      )}
      <CropDialog
        picture={picture}
        onClose={() => setPicture(undefined)}
        onCropped={async blob => {
          await onSave(blob)
          announce(t.profile.pictureSaved)
        }}
      />
    </div>
  )
}
