/** Only one thing plays at a time: what begins silences what played before. */

let playing: HTMLMediaElement | undefined

export function onlyThis(element: HTMLMediaElement): void {
  if (playing !== element) playing?.pause()
  playing = element
}

export function noLonger(element: HTMLMediaElement): void {
  if (playing === element) playing = undefined
}
