import type { Attachment, Message } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { Download, FileArchive, FileAudio, FileIcon, FileText, FileVideo, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { bytesLabel } from '../../format/bytes'
import { describeError, t } from '../../strings'
import { cx } from '../../ui/class-names'
import { announce } from '../../ui/live-region'
import { Spinner } from '../../ui/spinner'
import { AudioPlayer } from '../media/audio-player'
import { isAudio, isPlayable, isVideo } from '../media/kinds'
import { VideoBox } from '../media/video-box'

/** The files of a message: what each is called, how large it is, and a press that fetches it. */
export function MessageFiles({
  chatId,
  message,
  files,
  end,
}: {
  chatId: string
  message: Message
  files: readonly Attachment[]
  /** Stands in the last line, which has to have room for it. */
  end?: ReactNode
}) {
  const chat = useClient().chat(chatId)
  const isOnItsWay = message.state === 'uploading' || message.state === 'queued'
  return (
    <ul className="flex flex-col gap-1 p-1.5 pb-1">
      {files.map((file, index) => (
        <li key={file.id} className="flex items-center">
          <OneFile
            key={file.localUrl ?? file.id}
            file={file}
            isOwn={message.isOwn}
            end={index === files.length - 1 && end}
          />
          {isOnItsWay && index === 0 && (
            <button
              type="button"
              aria-label={t.message.cancelUpload}
              title={t.message.cancelUpload}
              onClick={() => chat.cancel(message.id)}
              className="grid size-11 shrink-0 place-items-center rounded-full hover:bg-hover"
            >
              <X aria-hidden className="size-5" />
            </button>
          )}
        </li>
      ))}
      {isOnItsWay && <Progress done={message.uploadProgress ?? 0} />}
    </ul>
  )
}

/** Whether its last line has room for the time of the message. */
export function hasRoomAtEnd(file: Attachment | undefined): boolean {
  return file !== undefined && isAudio(file) && isPlayable(file.contentType)
}

/** What can be heard or watched is; anything else is something to save. */
function OneFile({ file, isOwn, end }: { file: Attachment; isOwn: boolean; end: ReactNode }) {
  if (isAudio(file) && isPlayable(file.contentType)) {
    const download = <DownloadButton file={file} />
    return <AudioPlayer file={file} isOwn={isOwn} download={download} end={end} />
  }
  const card = <FileRow file={file} isOwn={isOwn} />
  return isVideo(file) ? <VideoBox file={file} card={card} /> : card
}

function DownloadButton({ file }: { file: Attachment }) {
  const { download, isBusy, problem } = useDownload(file)
  return (
    <button
      type="button"
      aria-label={t.image.download}
      title={problem ?? t.image.download}
      aria-busy={isBusy || undefined}
      onClick={download}
      className="grid size-11 shrink-0 place-items-center rounded-full hover:bg-hover"
    >
      {isBusy ? <Spinner /> : <Download aria-hidden className="size-4 opacity-70" />}
    </button>
  )
}

function useDownload(file: Attachment) {
  const client = useClient()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const name = file.fileName ?? t.file.unnamed

  const download = async () => {
    if (isBusy) return
    setIsBusy(true)
    setProblem(undefined)
    try {
      // Addresses are short-lived, so it is asked for when it is wanted.
      save(file.localUrl ?? (await client.attachmentLinks(file.id)).url, name)
    } catch (error) {
      setProblem(describeError(error))
      announce(t.file.failed)
    } finally {
      setIsBusy(false)
    }
  }
  return { name, download, isBusy, problem }
}

export function FileRow({ file, isOwn }: { file: Attachment; isOwn: boolean }) {
  const { name, download, isBusy, problem } = useDownload(file)
  const Icon = iconOf(file.contentType)
  return (
    <button
      type="button"
      title={name}
      onClick={download}
      aria-busy={isBusy || undefined}
      className="flex min-h-13 min-w-0 flex-1 items-center gap-3 rounded-xl p-1.5 pe-3 text-start transition-colors outline-offset-[-2px] hover:bg-hover"
    >
      <span
        aria-hidden
        className={cx(
          'grid size-11 shrink-0 place-items-center rounded-xl [&>svg]:size-5',
          isOwn ? 'bg-own-ink/12' : 'bg-selected text-accent-text',
        )}
      >
        {isBusy ? <Spinner /> : <Icon />}
      </span>
      <span className="flex min-w-0 flex-1 flex-col">
        <span dir="auto" className="name font-medium">
          {name}
        </span>
        <span className={cx('text-xs', isOwn ? 'text-own-soft' : 'text-muted')}>
          {problem ?? bytesLabel(file.sizeBytes)}
        </span>
      </span>
      <Download aria-hidden className="size-4 shrink-0 opacity-70" />
      <span className="sr-only">{t.image.download}</span>
    </button>
  )
}

function Progress({ done }: { done: number }) {
  const percent = Math.round(done * 100)
  return (
    <li className="px-2 pt-1">
      <div
        role="progressbar"
        aria-label={t.message.uploading(percent)}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1 overflow-hidden rounded-full bg-own-ink/15"
      >
        <div
          className="h-full rounded-full bg-own-ink/70 transition-[width]"
          style={{ width: `${percent}%` }}
        />
      </div>
    </li>
  )
}

function save(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.rel = 'noopener'
  link.click()
}

function iconOf(contentType: string) {
  if (contentType.startsWith('audio/')) return FileAudio
  if (contentType.startsWith('video/')) return FileVideo
  if (contentType.startsWith('text/') || contentType === 'application/pdf') return FileText
  if (/zip|tar|compressed|7z|rar/u.test(contentType)) return FileArchive
  return FileIcon
}
