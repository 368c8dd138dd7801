/** What system lines say, in Japanese. */

import type { Strings } from '../../strings'

const roles = { owner: 'オーナー', admin: '管理者', member: 'メンバー' }

export function told(): Strings['told'] {
  const by = (who: string | undefined) => (who === undefined ? 'あなたが' : `${who}さんが`)
  return {
    both: (one, other) => `${one}さん、${other}さん`,
    whom: (first, others) => (others < 1 ? `${first}さん` : `${first}さん、ほか${others}人`),
    added: (who, whom) => `${by(who)}${whom}を追加しました`,
    joined: who => `${by(who)}リンクから参加しました`,
    left: who => `${by(who)}退出しました`,
    removed: (who, whom) => `${by(who)}${whom}を外しました`,
    role: (who, whom, role) => `${by(who)}${whom}を${roles[role]}にしました`,
    renamed: (who, name) => `${by(who)}グループ名を「${name}」にしました`,
    described: who => `${by(who)}説明を変更しました`,
    picture: who => `${by(who)}画像を変更しました`,
  }
}
