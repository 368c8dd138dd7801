/** What system lines say, in Arabic. Names stand apart, whatever way they are written. */

import type { Strings } from '../../strings'
import { wordsOf } from '../words'

const roles = { owner: 'المالك', admin: 'مشرف', member: 'عضو' }

const apart = (name: string) => `\u2068${name}\u2069`

export function told(locale: string): Strings['told'] {
  const { count } = wordsOf(locale)
  const by = (who: string | undefined, own: string, theirs: string) =>
    who === undefined ? own : `${theirs} ${apart(who)}`
  const others = {
    zero: '',
    one: 'شخص آخر',
    two: 'شخصين آخرين',
    few: '# آخرين',
    many: '# آخرين',
    other: '# آخرين',
  }
  return {
    both: (one, other) => `${apart(one)} و${apart(other)}`,
    whom: (first, more) => (more < 1 ? apart(first) : `${apart(first)} و${count(more, others)}`),
    added: (who, whom) => `${by(who, 'أضفت', 'أضاف')} ${whom}`,
    joined: who => `${by(who, 'انضممت', 'انضم')} عبر رابط`,
    left: who => `${by(who, 'غادرت', 'غادر')} المجموعة`,
    removed: (who, whom) => `${by(who, 'أزلت', 'أزال')} ${whom}`,
    role: (who, whom, role) => `${by(who, 'غيّرت', 'غيّر')} دور ${whom} إلى ${roles[role]}`,
    renamed: (who, name) => `${by(who, 'سمّيت', 'سمّى')} المجموعة ${apart(name)}`,
    described: who => `${by(who, 'غيّرت', 'غيّر')} الوصف`,
    picture: who => `${by(who, 'غيّرت', 'غيّر')} الصورة`,
  }
}
