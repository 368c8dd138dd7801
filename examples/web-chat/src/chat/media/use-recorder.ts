import { useEffect, useState, useSyncExternalStore } from 'react'
import { t } from '../../strings'
import { announce } from '../../ui/live-region'
import { Recorder, type RecorderState } from './recorder'

/** Longer is a talk, not a message. */
const longestMs = 15 * 60_000
const types = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

export function canRecord(): boolean {
  return typeof MediaRecorder !== 'undefined' && navigator.mediaDevices !== undefined
}

/** The recorder of one chat. Whoever leaves the chat deletes what is being recorded. */
export function useRecorder(): { recorder: Recorder; state: RecorderState } {
  const [recorder] = useState(() => new Recorder({ open, record, now: () => performance.now() }))
  const state = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot)

  useEffect(
    () => () => {
      const { status } = recorder.getSnapshot()
      if (status === 'recording' || status === 'held') announce(t.media.cancelled)
      recorder.cancel()
    },
    [recorder],
  )
  const isRecording = state.status === 'recording'
  useEffect(() => {
    if (!isRecording) return
    const timer = setTimeout(() => void recorder.hold(), longestMs)
    return () => clearTimeout(timer)
  }, [recorder, isRecording])
  return { recorder, state }
}

function open(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ audio: true })
}

function record(stream: MediaStream): MediaRecorder {
  const mimeType = types.find(type => MediaRecorder.isTypeSupported(type))
  return new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType })
}
