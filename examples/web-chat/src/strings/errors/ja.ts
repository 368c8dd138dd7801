/** What went wrong, by its code, in Japanese. */

import type { Strings } from '../../strings'

export const errors: Strings['errors'] = {
  network: 'サーバーに接続できません。接続を確認してください。',
  code_invalid: 'コードが違います。最新のメールを確認して、もう一度お試しください。',
  code_expired: 'コードの期限が切れました。新しいコードを請求してください。',
  code_exhausted: '間違いが多すぎます。新しいコードを請求するか、メールのリンクを使ってください。',
  rate_limited: 'リクエストが多すぎます。少し待ってからお試しください。',
  login_locked:
    'このアカウントで間違いが多すぎます。メールのリンクを使うか、しばらくお待ちください。',
  draining: 'サーバーが再起動しています。少し待ってからお試しください。',
  storage_full: 'サーバーの容量がいっぱいです。管理者に連絡してください。',
  forbidden: 'ここには書き込めません。',
  not_found: 'この会話はもうありません。',
  payload_too_large: '大きすぎて送信できません。',
  unsupported_media_type: 'この種類のファイルは送信できません。',
  image_invalid: 'この画像は読み込めません。破損している可能性があります。',
  validation_failed: 'サーバーが受け付けませんでした。',
  unauthenticated: 'ログアウトしました。',
  session_revoked: 'ログアウトしました。',
  internal: 'サーバーで問題が発生しました。',
  unavailable: 'サーバーが混み合っています。少し待ってからお試しください。',
  blocked_by_you: 'この相手をブロックしています。',
  unreachable: 'この相手には連絡できません。',
  not_reportable: '自分自身を報告することはできません。',
  report_closed: 'この報告はすでに完了しています。',
  edit_too_late: 'このメッセージは古いため変更できません。',
  message_deleted: 'このメッセージは削除されました。',
  message_is_event: 'この行は変更のお知らせです。',
  group_full: 'このグループは満員です。',
  too_many_pins: 'ピン留めできる数の上限です。先にどれかを外してください。',
  too_many_uploads: '同時に始められるアップロードの上限です。どれかが終わるまでお待ちください。',
  upload_incomplete: 'ファイルの一部が届いていません。もう一度お試しください。',
  cancelled: 'キャンセルしました。',
}
