/**
 * The system's notifications. The browser is asked only when somebody wants them, and they are shown
 * only while nobody looks at the page. Not for phones: there they need a service that wakes the browser.
 */

import { useSyncExternalStore } from 'react'
import { readStored, watchStored, writeStored } from './stored'

/** `denied`: wanted perhaps, but the browser does not let this page. */
export type NoticeState = 'unsupported' | 'off' | 'on' | 'denied'

export interface Notice {
  readonly title: string
  readonly body: string
  /** A newer one with the same tag takes its place, also that of another tab. */
  readonly tag: string
}

const listeners = new Set<() => void>()

export function noticeState(): NoticeState {
  if (!('Notification' in window) || window.matchMedia('(pointer: coarse)').matches) {
    return 'unsupported'
  }
  if (Notification.permission === 'denied') return 'denied'
  const isOn = Notification.permission === 'granted' && readStored('notices') === 'on'
  return isOn ? 'on' : 'off'
}

/** To be called for a click: browsers ignore the question otherwise. */
export async function setNotices(isOn: boolean): Promise<void> {
  writeStored('notices', isOn ? 'on' : undefined)
  if (isOn) await Notification.requestPermission()
  for (const listener of listeners) listener()
}

export function useNoticeState(): NoticeState {
  return useSyncExternalStore(subscribe, noticeState)
}

export function showNotice({ title, body, tag }: Notice, onClick: () => void): void {
  if (noticeState() !== 'on') return
  const { lang, dir } = document.documentElement
  const notice = new Notification(title, { body, tag, lang, dir: dir === 'rtl' ? 'rtl' : 'ltr' })
  notice.onclick = () => {
    window.focus()
    notice.close()
    onClick()
  }
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange)
  const unwatch = watchStored('notices', onChange)
  return () => {
    listeners.delete(onChange)
    unwatch()
  }
}
