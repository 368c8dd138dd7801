//! Who may do what in a chat. Pure: roles in, yes or no out.

use relaychat_protocol::rest::chats::{ChatKind, Role};

/// Whether somebody may write messages where it takes `send_role`.
#[must_use]
pub fn can_send(actor: Role, send_role: Role) -> bool {
    actor >= send_role
}

/// Whether somebody may add people, or make links with which they come, where it takes `add_role`.
#[must_use]
pub fn can_add_members(actor: Role, add_role: Role) -> bool {
    actor >= add_role
}

/// Whether somebody who may add people may take back a link: one's own, or as an admin anybody's.
#[must_use]
pub fn can_revoke_invite(actor: Role, is_own: bool) -> bool {
    is_own || actor >= Role::Admin
}

/// Whether somebody may remove somebody else. Only those below oneself: so nobody removes an owner,
/// and admins do not remove each other. Leaving is everybody's own right.
#[must_use]
pub fn can_remove_member(actor: Role, target: Role) -> bool {
    actor >= Role::Admin && actor > target
}

/// Whether somebody may delete a message for everyone: one's own anywhere, those of others where
/// one keeps order in a group.
#[must_use]
pub fn can_delete_message(kind: ChatKind, actor: Role, is_own: bool) -> bool {
    is_own || (kind == ChatKind::Group && actor >= Role::Admin)
}

/// Whether somebody may pin a message and unpin it: both people of a one-to-one chat, and in a group
/// whoever has at least `pin_role`. Whose message it is makes no difference: what is pinned is the
/// chat's.
#[must_use]
pub fn can_pin_message(kind: ChatKind, actor: Role, pin_role: Role) -> bool {
    kind == ChatKind::Direct || actor >= pin_role
}

/// Whether somebody may change name, description and picture.
#[must_use]
pub fn can_change_settings(actor: Role) -> bool {
    actor >= Role::Admin
}

/// Whether somebody who may change settings may make something take the role `to` instead of
/// `from`: both at most their own, so that nobody opens what an owner closed, or closes themselves
/// out.
#[must_use]
pub fn can_change_rule(actor: Role, from: Role, to: Role) -> bool {
    from == to || actor >= from.max(to)
}

/// Whether somebody may give somebody else another role: only the owner, who stays the only one by
/// handing the group over.
#[must_use]
pub fn can_change_role(actor: Role) -> bool {
    actor == Role::Owner
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 3] = [Role::Member, Role::Admin, Role::Owner];

    #[test]
    fn who_writes_and_adds_has_at_least_the_role_of_the_group() {
        for rule in [can_send, can_add_members] {
            let table = ROLES.map(|wanted| ROLES.map(|actor| rule(actor, wanted)));
            assert_eq!(
                table,
                [[true; 3], [false, true, true], [false, false, true]]
            );
        }
    }

    #[test]
    fn messages_are_pinned_by_whom_the_group_says_and_by_both_of_two() {
        let table =
            |kind| ROLES.map(|pin_role| ROLES.map(|actor| can_pin_message(kind, actor, pin_role)));
        let for_groups = [[true; 3], [false, true, true], [false, false, true]];
        assert_eq!(table(ChatKind::Group), for_groups);
        assert_eq!(table(ChatKind::Direct), [[true; 3]; 3]);
    }

    #[test]
    fn rules_are_changed_up_to_ones_own_role() {
        let table = |actor| ROLES.map(|from| ROLES.map(|to| can_change_rule(actor, from, to)));
        let for_admins = [
            [true, true, false],
            [true, true, false],
            [false, false, true],
        ];
        assert_eq!(table(Role::Admin), for_admins);
        assert_eq!(table(Role::Owner), [[true; 3]; 3]);
    }

    #[test]
    fn foreign_links_are_taken_back_by_admins_and_owners() {
        let revokes = |is_own| ROLES.map(|actor| can_revoke_invite(actor, is_own));
        assert_eq!(
            [revokes(true), revokes(false)],
            [[true; 3], [false, true, true]]
        );
    }

    #[test]
    fn foreign_messages_are_deleted_by_admins_and_owners_of_groups_only() {
        let foreign = |kind| ROLES.map(|actor| can_delete_message(kind, actor, false));
        assert_eq!(foreign(ChatKind::Group), [false, true, true]);
        assert_eq!(foreign(ChatKind::Direct), [false; 3]);
        let own = |kind| ROLES.map(|actor| can_delete_message(kind, actor, true));
        assert_eq!(
            [own(ChatKind::Group), own(ChatKind::Direct)],
            [[true; 3]; 2]
        );
    }

    #[test]
    fn admins_change_settings_and_owners_roles() {
        assert_eq!(ROLES.map(can_change_settings), [false, true, true]);
        assert_eq!(ROLES.map(can_change_role), [false, false, true]);
    }

    #[test]
    fn people_are_removed_only_by_those_above_them() {
        let table = ROLES.map(|actor| ROLES.map(|target| can_remove_member(actor, target)));
        assert_eq!(
            table,
            [
                [false, false, false],
                [true, false, false],
                [true, true, false]
            ]
        );
    }
}
