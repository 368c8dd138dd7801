/** The loudest of each of `count` equal parts, where 1 is the loudest of all; zeros for silence. */
export function peaksOf(samples: Float32Array, count: number): readonly number[] {
  const peaks: number[] = []
  let loudest = 0
  for (let part = 0; part < count; part += 1) {
    const start = Math.floor((part * samples.length) / count)
    const end = Math.floor(((part + 1) * samples.length) / count)
    let peak = 0
    for (let at = start; at < end; at += 1) peak = Math.max(peak, Math.abs(samples[at] ?? 0))
    peaks.push(peak)
    loudest = Math.max(loudest, peak)
  }
  return loudest === 0 ? peaks : peaks.map(peak => peak / loudest)
}
