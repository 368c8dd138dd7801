//! The server of the host that is asked before something happens.

use std::time::Duration;

use relaychat_engine::hooks::{
    IfUnanswered, Moment, RemoteHook, RemoteHookError, RemoteHookSettings,
};

use super::{
    layers::Given,
    table::webhooks::{HOOK_IF_UNANSWERED, HOOK_MOMENTS, HOOK_SECRET, HOOK_TIMEOUT, HOOK_URL},
};

/// Nothing where nobody is asked.
pub(super) fn of(given: &Given, problems: &mut Vec<String>) -> Option<RemoteHook> {
    let Some(url) = given.one(&HOOK_URL) else {
        let others = [
            &HOOK_SECRET,
            &HOOK_MOMENTS,
            &HOOK_TIMEOUT,
            &HOOK_IF_UNANSWERED,
        ];
        let given = others.into_iter().filter(|one| given.entry(one).is_some());
        problems.extend(given.map(|one| format!("{} needs hook_url", one.name)));
        return None;
    };
    let mut settings = RemoteHookSettings::new(url, given.text(&HOOK_SECRET));
    settings.timeout = Duration::from_millis(given.number(&HOOK_TIMEOUT));
    if given.entry(&HOOK_MOMENTS).is_some() {
        settings.moments = given.list::<Moment>(&HOOK_MOMENTS, problems);
    }
    if given.text(&HOOK_IF_UNANSWERED) == "allow" {
        settings.if_unanswered = IfUnanswered::Allow;
    }
    RemoteHook::new(settings)
        .map_err(|error| problems.push(in_our_words(&error)))
        .ok()
}

fn in_our_words(error: &RemoteHookError) -> String {
    match error {
        RemoteHookError::Url(complaint) => format!("hook_url: {complaint}"),
        RemoteHookError::Secret => {
            "hook_secret must be whsec_ and the Base64 of at least 24 bytes".to_owned()
        }
        other => other.to_string(),
    }
}
