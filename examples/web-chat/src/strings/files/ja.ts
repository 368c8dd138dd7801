/** What is said around the images and files of a chat, in Japanese. */

export const files = {
  heading: '画像とファイル',
  kinds: { image: '画像', file: 'ファイル' },
  none: { image: '画像はまだありません', file: 'ファイルはまだありません' },
  failed: '読み込めませんでした。',
  goTo: (name: string) => `${name} のメッセージへ移動`,
  sentBy: (name: string) => `${name} が送信`,
}
