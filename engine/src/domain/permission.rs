//! Who may do what in a group. Pure: roles in, yes or no out.

use relaychat_protocol::rest::chats::Role;

/// Whether somebody may add people.
#[must_use]
pub fn can_add_members(actor: Role) -> bool {
    actor >= Role::Admin
}

/// Whether somebody may remove somebody else. Only those below oneself: so nobody removes an owner,
/// and admins do not remove each other. Leaving is everybody's own right.
#[must_use]
pub fn can_remove_member(actor: Role, target: Role) -> bool {
    actor >= Role::Admin && actor > target
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 3] = [Role::Member, Role::Admin, Role::Owner];

    #[test]
    fn admins_and_owners_add_people() {
        assert_eq!(ROLES.map(can_add_members), [false, true, true]);
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
