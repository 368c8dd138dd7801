import { useClient } from '@relaychat/client/react'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { describeError, t } from '../../strings'
import { announce } from '../../ui/live-region'
import { decodedBytesMax, type HeldSound, holdSound, type Sound } from './sound'

type Sent = Parameters<typeof holdSound>[1]

/** The sound of one file, which stays the same: loaded when `box` is near, or when it is asked for. */
export function useSound(file: Sent, box: RefObject<HTMLElement | null>) {
  const client = useClient()
  const [only] = useState(file)
  const held = useRef<HeldSound>(undefined)
  const [sound, setSound] = useState<Sound>()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const letGo = useCallback(() => {
    held.current?.release()
    held.current = undefined
  }, [])
  const take = useCallback(async () => {
    const mine = held.current ?? holdSound(client, only)
    held.current = mine
    try {
      setSound(await mine.sound)
    } catch (error) {
      if (held.current === mine) letGo()
      throw error
    }
  }, [client, only, letGo])
  useEffect(() => letGo, [letGo])

  useEffect(() => {
    const element = box.current
    if (element === null || only.sizeBytes > decodedBytesMax) return
    const watcher = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== true) return
      watcher.disconnect()
      // Whoever presses hears of it when it fails; nobody has asked for this one.
      take().catch(() => {})
    })
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [box, only, take])

  const fail = (words: string) => {
    setProblem(words)
    announce(words)
  }
  const load = async () => {
    setIsBusy(true)
    setProblem(undefined)
    await take().catch(error => fail(describeError(error)))
    setIsBusy(false)
  }
  /** The address has ended, or is no sound: the next press asks anew. */
  const giveUp = () => {
    letGo()
    setSound(undefined)
    fail(t.media.notPlayable)
  }
  return { sound, load, giveUp, isBusy, problem }
}
