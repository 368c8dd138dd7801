import type { ChatSummary, Role } from '@relaychat/client'
import { useClient } from '@relaychat/client/react'
import { useState } from 'react'
import { describeError, t } from '../../strings'
import { announce } from '../../ui/live-region'
import { SelectField } from '../../ui/select-field'
import { isAtLeast } from '../roles'

/** Who may write in a group, add people and pin messages, for those who look after it. */
export function GroupRules({
  chat,
  ownRole,
  isOurs,
}: {
  chat: ChatSummary
  ownRole: Role
  isOurs: boolean
}) {
  const handle = useClient().chat(chat.id)
  return (
    <section aria-label={t.group.rules} className="flex flex-col gap-4">
      <Rule
        label={t.group.sendRole}
        role={chat.sendRole}
        ownRole={ownRole}
        onChange={role => handle.setSendRole(role)}
      />
      {isOurs && (
        <Rule
          label={t.group.addRole}
          role={chat.addRole}
          ownRole={ownRole}
          onChange={role => handle.setAddRole(role)}
        />
      )}
      <Rule
        label={t.group.pinRole}
        role={chat.pinRole}
        ownRole={ownRole}
        onChange={role => handle.setPinRole(role)}
      />
    </section>
  )
}

function Rule({
  label,
  role,
  ownRole,
  onChange,
}: {
  label: string
  role: Role
  ownRole: Role
  onChange: (role: Role) => Promise<void>
}) {
  /** Shown at once; what the group says counts again when the answer is there. */
  const [wanted, setWanted] = useState<Role>()
  const [problem, setProblem] = useState<string>()
  const words = t.group.ruleRoles
  const choose = async (next: Role) => {
    setWanted(next)
    setProblem(undefined)
    try {
      await onChange(next)
      announce(t.group.saved)
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setWanted(undefined)
    }
  }
  return (
    <div className="flex flex-col gap-1.5">
      <SelectField
        label={label}
        value={wanted ?? role}
        // What takes more than one is oneself is not one's to change.
        disabled={wanted !== undefined || !isAtLeast(ownRole, role)}
        choices={[
          ['member', words.member],
          ['admin', words.admin],
          // Said elsewhere, and not to be lost here.
          ...(role === 'owner' ? ([['owner', words.owner]] as const) : []),
        ]}
        onChoose={choose}
      />
      <div role="alert" className="text-sm text-danger empty:hidden">
        {problem}
      </div>
    </div>
  )
}
