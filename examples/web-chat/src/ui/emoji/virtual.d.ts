declare module 'virtual:emoji/*' {
  const rows: readonly (readonly [string, number, string, string, 0 | 1])[]
  export default rows
}
