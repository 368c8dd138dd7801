import { Minus, Plus } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { describeError, t } from '../strings'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { type Crop, clampCrop, sourceSquare, zoomMax } from './crop'

/** Side of the view and of what is sent: an avatar is never drawn larger than 96 points at 3x. */
const viewPx = 280
const savedPx = 512
const startCrop: Crop = { zoom: 1, x: 0, y: 0 }

export function CropDialog({
  picture,
  onClose,
  onCropped,
}: {
  picture: ImageBitmap | undefined
  onClose: () => void
  onCropped: (blob: Blob) => Promise<void>
}) {
  return (
    <Dialog
      isOpen={picture !== undefined}
      onClose={onClose}
      heading={t.profile.crop}
      lead={t.profile.cropLead}
    >
      {picture !== undefined && (
        <Cropper picture={picture} onClose={onClose} onCropped={onCropped} />
      )}
    </Dialog>
  )
}

function Cropper({
  picture,
  onClose,
  onCropped,
}: {
  picture: ImageBitmap
  onClose: () => void
  onCropped: (blob: Blob) => Promise<void>
}) {
  const [crop, setCrop] = useState(startCrop)
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const move = (next: Crop) => setCrop(clampCrop(picture, next, viewPx))

  const save = async () => {
    setIsBusy(true)
    setProblem(undefined)
    try {
      await onCropped(await render(picture, crop))
      onClose()
    } catch (error) {
      setProblem(describeError(error))
      setIsBusy(false)
    }
  }

  return (
    <div className="flex flex-col items-center gap-5">
      <CropView picture={picture} crop={crop} onMove={move} />
      <label className="flex w-full max-w-[17.5rem] items-center gap-3 text-muted">
        <Minus aria-hidden className="size-4" />
        <input
          type="range"
          aria-label={t.profile.zoom}
          min={1}
          max={zoomMax}
          step={0.01}
          value={crop.zoom}
          onChange={event => move({ ...crop, zoom: event.target.valueAsNumber })}
          className="h-11 w-full accent-accent"
        />
        <Plus aria-hidden className="size-4" />
      </label>
      {problem !== undefined && (
        <p role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
      <div className="flex w-full justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          {t.cancel}
        </Button>
        <Button isBusy={isBusy} onClick={save}>
          {t.profile.savePicture}
        </Button>
      </div>
    </div>
  )
}

const stepPx = 8

function CropView({
  picture,
  crop,
  onMove,
}: {
  picture: ImageBitmap
  crop: Crop
  onMove: (crop: Crop) => void
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const drag = useRef<{ x: number; y: number }>(undefined)

  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, picture, crop)
  }, [picture, crop])

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-stepPx, 0],
      ArrowRight: [stepPx, 0],
      ArrowUp: [0, -stepPx],
      ArrowDown: [0, stepPx],
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    onMove({ ...crop, x: crop.x + step[0], y: crop.y + step[1] })
  }

  return (
    <div
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the picture
      tabIndex={0}
      aria-label={t.profile.cropArea}
      onKeyDown={onKeyDown}
      onPointerDown={(event: PointerEvent<HTMLElement>) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { x: event.clientX - crop.x, y: event.clientY - crop.y }
      }}
      onPointerMove={event => {
        const start = drag.current
        if (start === undefined) return
        onMove({ ...crop, x: event.clientX - start.x, y: event.clientY - start.y })
      }}
      onPointerUp={() => {
        drag.current = undefined
      }}
      onWheel={event => onMove({ ...crop, zoom: crop.zoom * (event.deltaY < 0 ? 1.06 : 1 / 1.06) })}
      className="cursor-grab touch-none overflow-hidden rounded-full shadow-float ring-1 ring-line active:cursor-grabbing"
    >
      <canvas
        ref={canvas}
        width={savedPx}
        height={savedPx}
        style={{ width: viewPx, height: viewPx }}
        className="block max-w-full"
      />
    </div>
  )
}

function draw(canvas: HTMLCanvasElement, picture: ImageBitmap, crop: Crop): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const { left, top, side } = sourceSquare(picture, crop, viewPx)
  // A transparent picture stands on white, as it would in a JPEG anywhere else.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, savedPx, savedPx)
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, left, top, side, side, 0, 0, savedPx, savedPx)
}

function render(picture: ImageBitmap, crop: Crop): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = savedPx
  canvas.height = savedPx
  draw(canvas, picture, crop)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      blob => (blob === null ? reject(new Error('The canvas gave no picture')) : resolve(blob)),
      'image/jpeg',
      0.9,
    )
  })
}
