import { ChevronDown } from 'lucide-react'
import { useId } from 'react'
import {
  type Language,
  type LanguageChoice,
  languages,
  readLanguageChoice,
  setLanguage,
} from '../platform/language'
import { t } from '../strings'

/** Each language under its own name: whoever looks for theirs cannot read the others. */
export function LanguageSelect() {
  const id = useId()
  return (
    <div className="mt-5 flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium text-soft">
        {t.profile.language}
      </label>
      <div className="relative">
        <select
          id={id}
          defaultValue={readLanguageChoice()}
          onChange={event => setLanguage(event.target.value as LanguageChoice)}
          className="h-12 w-full appearance-none rounded-xl border border-line-strong bg-canvas ps-4 pe-11 text-base text-ink"
        >
          <option value="system">{t.profile.systemLanguage}</option>
          {(Object.keys(languages) as Language[]).map(language => (
            <option key={language} value={language} lang={language}>
              {languages[language]}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute end-4 top-1/2 size-4.5 -translate-y-1/2 text-muted"
        />
      </div>
    </div>
  )
}
