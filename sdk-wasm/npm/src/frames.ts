/**
 * Collects changes and hands them over at most once a frame.
 *
 * An animation frame when the page is seen; a timer when it is not, since a hidden page gets no
 * frames but still counts its unread messages. Both are armed and the first one wins, because a
 * page may be hidden after the frame was asked for.
 */

/** Beyond this a frame is not coming: the page is hidden, or there is no screen at all. */
const NO_FRAME_AFTER_MS = 100

export interface FrameSource {
  /** Calls `run` once, soon. Returns how to take that back. */
  request(run: () => void): () => void
}

export const pageFrames: FrameSource = {
  request(run) {
    const hasFrames = typeof requestAnimationFrame === 'function'
    let frame = 0
    const finish = (): void => {
      cancel()
      run()
    }
    const timer = setTimeout(finish, hasFrames && !isHidden() ? NO_FRAME_AFTER_MS : 0)
    if (hasFrames) frame = requestAnimationFrame(finish)
    const cancel = (): void => {
      clearTimeout(timer)
      if (hasFrames) cancelAnimationFrame(frame)
    }
    return cancel
  },
}

function isHidden(): boolean {
  return typeof document !== 'undefined' && document.visibilityState === 'hidden'
}
