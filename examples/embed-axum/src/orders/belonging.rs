//! Who belongs to an order: the shop's own rows say it, and the chat follows.

use std::sync::Arc;

use async_trait::async_trait;
use relaychat_engine::membership::{HostMember, MembershipSource, Role, SourceError};

use super::Orders;
use crate::Person;

/// Orders as the engine's source of members.
pub(crate) struct Belonging(pub(crate) Arc<Orders>);

#[async_trait]
impl MembershipSource for Belonging {
    async fn members(&self, host_key: &str) -> Result<Vec<HostMember>, SourceError> {
        let Some(id) = host_key.strip_prefix("order:") else {
            return Ok(Vec::new());
        };
        let Some(order) = self.0.find(id.parse()?).await? else {
            return Ok(Vec::new());
        };
        let everybody = Person::everybody();
        let belonging = everybody.filter(|person| order.is_of(*person));
        Ok(belonging.map(member).collect())
    }
}

fn member(person: Person) -> HostMember {
    let role = if person.is_staff {
        Role::Admin
    } else {
        Role::Member
    };
    HostMember::new(person.id).name(person.name).role(role)
}
